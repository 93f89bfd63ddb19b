using System.Security.Cryptography.X509Certificates;

namespace McpRollout.PracticeCluster.Hosting;

internal static class Kubeconfig
{
    public static string For(Uri address, X509Certificate2 certificate) => $$"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: practice
          cluster: {server: "https://{{address.Authority}}", certificate-authority-data: {{Base64(certificate.ExportCertificatePem())}}}
        users:
        - name: admin
          user: {token: admin-token}
        - name: undoer
          user: {token: undoer-token}
        - name: viewer
          user: {token: viewer-token}
        contexts:
        - name: practice
          context: {cluster: practice, user: admin}
        - name: undoer
          context: {cluster: practice, user: undoer}
        - name: viewer
          context: {cluster: practice, user: viewer}
        current-context: practice

        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}

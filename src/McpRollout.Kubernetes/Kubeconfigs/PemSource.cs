namespace McpRollout.Kubernetes.Kubeconfigs;

/// <summary>Certificates or a key that a kubeconfig holds inline (<c>*-data</c>, base64), or names as a file.</summary>
/// <param name="name">The field without <c>-data</c>, e.g. <c>client-key</c>.</param>
/// <param name="kubeconfig">The kubeconfig that names it.</param>
/// <param name="data">The inline base64.</param>
/// <param name="file">The absolute path.</param>
internal sealed class PemSource(string name, string kubeconfig, string? data, string? file)
{
    public string Name => name;

    /// <summary>Makes a source if either is given.</summary>
    public static PemSource? From(string field, string kubeconfig, string? data, string? file) =>
        string.IsNullOrEmpty(data) && string.IsNullOrEmpty(file) ? null : new PemSource(field, kubeconfig, data, file);

    /// <summary>Reads the PEM text.</summary>
    /// <exception cref="KubeconfigException">The data is not base64, or the file cannot be read.</exception>
    public string Read()
    {
        if (!string.IsNullOrEmpty(data) && !string.IsNullOrEmpty(file))
            throw new KubeconfigException($"{kubeconfig}: {name} and {name}-data are both given. Remove one, as kubectl asks too.");

        if (!string.IsNullOrEmpty(data))
        {
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException)
            {
                throw new KubeconfigException(
                    $"{kubeconfig}: {name}-data is not base64. Fetch the kubeconfig anew from where it came from.");
            }
        }

        try
        {
            return File.ReadAllText(file!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"{kubeconfig}: {name} names {file}, which cannot be read: {Why(e)}. Restore it, or fetch the "
                + "kubeconfig anew.");
        }
    }

    /// <summary>The error for content that is there and makes no sense.</summary>
    public KubeconfigException Unusable(string what, string remedy = "Fetch the kubeconfig anew from where it came from") =>
        new($"{kubeconfig}: {name} {what}. {remedy}.");

    /// <summary>Why a file could not be read, in words.</summary>
    internal static string Why(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "this user may not read it",
        _ => "reading it failed",
    };
}

namespace McpRollout.PracticeCluster.Protobuf;

/// <summary>
/// A field of a message; <paramref name="Type"/> is a scalar (text, bytes, int, bool, intOrString, or a map of texts, bytes or
/// quantities) or another message.
/// </summary>
internal sealed record MessageField(string Name, string Type, bool IsRepeated);

/// <summary>
/// The messages of k8s.io/api that <c>kubectl create ...</c> and <c>kubectl auth can-i</c> send: their field numbers, as far as those
/// commands can set them.
/// </summary>
internal static class MessageTypes
{
    private static readonly Dictionary<string, Dictionary<int, MessageField>> Types = new[]
    {
        "Namespace: 1 metadata ObjectMeta",
        "ConfigMap: 1 metadata ObjectMeta, 2 data map",
        "Secret: 1 metadata ObjectMeta, 2 data bytesMap, 3 type text",
        "ServiceAccount: 1 metadata ObjectMeta",
        "Role: 1 metadata ObjectMeta, 2 rules PolicyRule[]",
        "ClusterRole: 1 metadata ObjectMeta, 2 rules PolicyRule[]",
        "RoleBinding: 1 metadata ObjectMeta, 2 subjects Subject[], 3 roleRef RoleRef",
        "ClusterRoleBinding: 1 metadata ObjectMeta, 2 subjects Subject[], 3 roleRef RoleRef",
        "PriorityClass: 1 metadata ObjectMeta, 2 value int, 3 globalDefault bool, 4 description text, 5 preemptionPolicy text",
        "ResourceQuota: 1 metadata ObjectMeta, 2 spec ResourceQuotaSpec",
        "ResourceQuotaSpec: 1 hard quantityMap, 2 scopes text[]",
        "PodDisruptionBudget: 1 metadata ObjectMeta, 2 spec PodDisruptionBudgetSpec",
        "PodDisruptionBudgetSpec: 1 minAvailable intOrString, 2 selector LabelSelector, 3 maxUnavailable intOrString",
        "Deployment: 1 metadata ObjectMeta, 2 spec DeploymentSpec",
        "SelfSubjectAccessReview: 1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec",
        "DeleteOptions: 1 gracePeriodSeconds int, 2 preconditions Preconditions, 4 propagationPolicy text, 5 dryRun text[]",
        "ObjectMeta: 1 name text, 2 generateName text, 3 namespace text, 5 uid text, 6 resourceVersion text, "
            + "11 labels map, 12 annotations map",
        "PolicyRule: 1 verbs text[], 2 apiGroups text[], 3 resources text[], 4 resourceNames text[], 5 nonResourceURLs text[]",
        "Subject: 1 kind text, 2 apiGroup text, 3 name text, 4 namespace text",
        "RoleRef: 1 apiGroup text, 2 kind text, 3 name text",
        "DeploymentSpec: 1 replicas int, 2 selector LabelSelector, 3 template PodTemplateSpec",
        "LabelSelector: 1 matchLabels map",
        "PodTemplateSpec: 1 metadata ObjectMeta, 2 spec PodSpec",
        "PodSpec: 2 containers Container[]",
        "Container: 1 name text, 2 image text, 3 command text[], 4 args text[], 6 ports ContainerPort[]",
        "ContainerPort: 1 name text, 3 containerPort int, 4 protocol text",
        "SelfSubjectAccessReviewSpec: 1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes",
        "ResourceAttributes: 1 namespace text, 2 verb text, 3 group text, 4 version text, 5 resource text, 6 subresource text, 7 name text",
        "NonResourceAttributes: 1 path text, 2 verb text",
        "Quantity: 1 text text",
        "IntOrString: 1 type int, 2 number int, 3 text text",
        "Preconditions: 1 uid text, 2 resourceVersion text",
        "Envelope: 1 type TypeMeta, 2 raw bytes",
        "TypeMeta: 1 apiVersion text, 2 kind text",
    }.ToDictionary(line => line[..line.IndexOf(':', StringComparison.Ordinal)], ReadFields);

    public static bool Knows(string message) => Types.ContainsKey(message);

    public static MessageField? Field(string message, int number) => Types[message].GetValueOrDefault(number);

    private static Dictionary<int, MessageField> ReadFields(string line) => line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]
        .Split(", ")
        .Select(field => field.Split(' '))
        .ToDictionary(
            words => int.Parse(words[0], CultureInfo.InvariantCulture),
            words => new MessageField(words[1], words[2].TrimEnd('[', ']'), words[2].EndsWith(']')));
}

using McpRollout.Processes;

// Processes that tests kill and set against each other: WORD, where (see Whereabouts), and what else the word takes.
var where = Whereabouts.From(args[1..8]);
switch (args[0])
{
    case "die":
        await new DoomedLife(where, args.Length > 8 ? args[8] : null).LiveAsync();
        break;
    case "rush":
        await new Rush(where, requestId: args[8], size: int.Parse(args[9], System.Globalization.CultureInfo.InvariantCulture)).RunAsync();
        break;
    default:
        throw new ArgumentException($"There is no word {args[0]}.");
}

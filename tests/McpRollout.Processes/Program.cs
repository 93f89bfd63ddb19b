using McpRollout.Processes;

// Processes that tests kill and set against each other: WORD, where (see Whereabouts), and what else the word takes.
var where = Whereabouts.From(args[1..9]);
switch (args[0])
{
    case "die":
        await new DoomedLife(where, args.Length > 9 ? args[9] : null).LiveAsync();
        break;
    case "take-over":
        await new DoomedLife(where, args.Length > 10 ? args[10] : null).TakeOverAsync(requestId: args[9]);
        break;
    case "rush":
        await new Rush(where, requestId: args[9], size: int.Parse(args[10], System.Globalization.CultureInfo.InvariantCulture)).RunAsync();
        break;
    default:
        throw new ArgumentException($"There is no word {args[0]}.");
}

using McpRollout.Processes;

// Processes that tests kill and set against each other: WORD, where (see Whereabouts), and what else the word takes.
var where = Whereabouts.From(args[1..(Whereabouts.Arguments + 1)]);
var rest = args[(Whereabouts.Arguments + 1)..];
switch (args[0])
{
    case "die":
        await new DoomedLife(where, rest.FirstOrDefault()).LiveAsync();
        break;
    case "take-over":
        await new DoomedLife(where, rest.ElementAtOrDefault(1)).TakeOverAsync(requestId: rest[0]);
        break;
    case "stand-by":
        await new DoomedLife(where, deadly: null).StandByAsync();
        break;
    case "rush":
        await new Rush(where, requestId: rest[0], size: int.Parse(rest[1], System.Globalization.CultureInfo.InvariantCulture)).RunAsync();
        break;
    default:
        throw new ArgumentException($"There is no word {args[0]}.");
}

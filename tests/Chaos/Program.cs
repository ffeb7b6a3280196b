using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Clustrix.Chaos;
using Clustrix.Chaos.Wire;

const int Failed = 1;
const int BadInput = 2;
const int Interrupted = 130;

if (args is ["relay", .. var relayed])
{
    return Relay.Run(relayed);
}

var (hours, seed, round) = (0.0, RandomNumberGenerator.GetInt32(1, 1_000_000), (int?)null);
for (var index = 0; index < args.Length; index += 2)
{
    var value = index + 1 < args.Length ? args[index + 1] : "";
    var isKnown = args[index] switch
    {
        "--hours" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out hours) && hours > 0,
        "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
        "--round" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (round = number) is not null,
        _ => false,
    };
    if (!isKnown)
    {
        await Console.Error.WriteLineAsync($"'{args[index]} {value}' isn't understood.");
        return BadInput;
    }
}

if (hours == 0 && round is null)
{
    await Console.Error.WriteLineAsync("Either --hours or --round has to be given.");
    return BadInput;
}

using var ending = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
var held = await new LongForm(seed, Console.Out).PlayAsync(round ?? 0, TimeSpan.FromHours(hours), ending.Token);
return !held ? Failed : ending.IsCancellationRequested ? Interrupted : 0;

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ending.Cancel();
}

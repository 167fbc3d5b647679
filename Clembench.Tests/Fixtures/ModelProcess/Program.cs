using Clembench.Backends.Llama.Worker;
using ModelProcess;

return args switch
{
    ["noise", var seed] => Noise.Make(int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)),
    ["silence"] => Noise.KeepSilent(),
    ["chatter"] => Noise.Chatter(),
    ["session", var model] => await Session.HoldAsync(model),
    _ => WorkerProgram.Run(FakeEngine.LoadAsync),
};

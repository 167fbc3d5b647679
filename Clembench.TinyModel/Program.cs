using System.Diagnostics;
using System.Globalization;
using Clembench.TinyModel;
using Clembench.TinyModel.Network;
using Clembench.TinyModel.Task;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var o = args.Select(a => a.Split('=')).ToDictionary(a => a[0], a => a[1]);
int I(string k, int d) => o.TryGetValue(k, out var v) ? int.Parse(v) : d;
double F(string k, double d) => o.TryGetValue(k, out var v) ? double.Parse(v) : d;
var shape = new NetworkShape { Vocabulary = ByteVocabulary.Count, Width = I("width", 64), Layers = I("layers", 3), Heads = I("heads", 4), KeyHeads = I("kv", 2), HeadWidth = I("hd", 16), FeedForward = I("ff", 192) };
var steps = I("steps", 3000);
var tokens = I("tokens", 3000);
var lr = F("lr", 3e-3);
var ramp = F("ramp", 0.5);
var root = o.GetValueOrDefault("root", ".");
var template = File.ReadAllText(Path.Combine(root, "games/hellogame/resources/prompt.en.template")).TrimEnd('\n');
var known = File.ReadAllLines(Path.Combine(root, "games/hellogame/resources/names.en.txt")).Where(l => l.Length > 0).ToArray();
var task = new GreetingTask(template, new NameSource(known));
var weights = new NetworkWeights(shape);
var random = new SplitMix((ulong)I("seed", 1));
weights.Initialize(random);
weights.Refresh();
const int longest = 640;
var network = new LlamaNetwork(weights, tokens + longest, longest);
var adam = new AdamOptimizer(weights) { WeightDecay = (float)F("wd", 0.02) };
Console.WriteLine($"{weights.Count} parameters");
var clock = Stopwatch.StartNew();
double mean = 0, seen = 0;
for (var step = 0; step < steps; step++)
{
    var progress = (double)step / steps;
    var reach = Math.Min(1, progress / ramp);
    var drills = Math.Max(0.05, 0.5 * (1 - progress / ramp));
    var batch = new Batch();
    while (batch.Rows < tokens)
        task.Draw(batch, random, drills, reach);
    network.Forward(batch);
    var loss = network.Backward(batch);
    var rate = lr * Math.Min(1, (step + 1) / 100.0) * (0.02 + 0.98 * 0.5 * (1 + Math.Cos(Math.PI * progress)));
    adam.Step(rate);
    mean += loss;
    seen += batch.Rows;
    if ((step + 1) % I("report", 100) == 0)
    {
        Console.WriteLine($"{step + 1} loss {mean / I("report", 100):f4} game {Evaluate(known):p0} unseen {Evaluate(Unseen()):p0} {seen / clock.Elapsed.TotalSeconds:f0} tok/s {clock.Elapsed.TotalSeconds:f0}s cpu {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:f0}s");
        mean = 0;
    }
}

string[] Unseen() { var r = new SplitMix(99); var s = new NameSource(["Peter", "Max", "Marienne", "Alex", "Susanne", "David", "Sheya", "Lara", "Magnus", "Ding"]); return [.. Enumerable.Range(0, 30).Select(_ => s.Draw(r))]; }

double Evaluate(string[] list)
{
    var good = 0;
    foreach (var name in list)
    {
        var batch = new Batch();
        var (t, start) = GreetingTask.Encode(task.GamePrompt(name), GreetingTask.Answer(name));
        batch.Add(t, start, _ => 1f);
        network.Forward(batch);
        var ok = true;
        for (var row = 0; row < batch.ActiveRows && ok; row++)
            ok = System.MemoryExtensions.IndexOf(network.Logits.Slice(row * ByteVocabulary.Count, ByteVocabulary.Count), Max(network.Logits.Slice(row * ByteVocabulary.Count, ByteVocabulary.Count))) == batch.Targets[row];
        good += ok ? 1 : 0;
    }
    return good / (double)list.Length;
}

static float Max(ReadOnlySpan<float> s) { var m = float.NegativeInfinity; foreach (var x in s) m = MathF.Max(m, x); return m; }

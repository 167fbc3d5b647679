using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Clembench.TinyModel;
using Clembench.TinyModel.Export;
using Clembench.TinyModel.Task;

// dotnet run -c Release --project Clembench.TinyModel -- train models/tiny-greeter [steps]
// dotnet run -c Release --project Clembench.TinyModel -- copy FOLDER models/tiny-greeter
// dotnet run -c Release --project Clembench.TinyModel -- evaluate models/tiny-greeter [instances.json …]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["train", var folder, .. var steps]:
        await TrainAsync(folder, steps is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : TrainingPlan.TinyGreeter.Steps);
        return 0;
    case ["copy", var from, var to]:
        await CheckpointFolder.WriteAsync(to, await CheckpointFolder.ReadAsync(from));
        return 0;
    case ["evaluate", var folder, .. var files]:
        return await EvaluateAsync(folder, files);
    default:
        await Console.Error.WriteLineAsync("train FOLDER [STEPS] | copy FOLDER FOLDER | evaluate FOLDER [INSTANCES.json …]; run it in the repository's root.");
        return 2;
}

static async Task TrainAsync(string folder, int steps)
{
    var task = GreetingTask.OfGame(".");
    var plan = TrainingPlan.TinyGreeter with { Steps = steps };
    var names = GameNames();
    var unseen = NameSource.Unseen(50);
    var weights = new Training(plan, task).Run(
        report =>
        {
            var greeter = new Greeter(report.Weights);
            Console.WriteLine(
                $"{report.Step,6} steps  loss {report.Loss:f4}  game {Share(greeter, names):p0}  unseen {Share(greeter, unseen):p0}"
                + $"  {report.TokensPerSecond:f0} tokens/s  {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds:f0} s of processor time");
        },
        every: 250);
    await CheckpointFolder.WriteAsync(folder, weights);
    Console.WriteLine($"{weights.Count} parameters in {folder}");

    double Share(Greeter greeter, IReadOnlyCollection<string> names) =>
        names.Count(name => greeter.Says(task.GamePrompt(name), GreetingTask.Answer(name))) / (double)names.Count;
}

static async Task<int> EvaluateAsync(string folder, IReadOnlyList<string> files)
{
    var greeter = new Greeter(await CheckpointFolder.ReadAsync(folder));
    var task = GreetingTask.OfGame(".");
    var unseen = NameSource.Unseen(500);
    Console.WriteLine($"unseen names in the game's prompt: {unseen.Count(name => greeter.Says(task.GamePrompt(name), GreetingTask.Answer(name)))} of {unseen.Count}");
    var failed = 0;
    foreach (var file in files is [] ? ["games/hellogame/in/instances.json"] : files)
    {
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
        foreach (var instance in document.RootElement.GetProperty("experiments").EnumerateArray().SelectMany(e => e.GetProperty("game_instances").EnumerateArray()))
        {
            var name = instance.GetProperty("target_name").GetString()!;
            var answer = Greeter.Text(greeter.Answer(instance.GetProperty("prompt").GetString()!));
            var isRight = answer == GreetingTask.Answer(name) + ByteVocabulary.NameOf(ByteVocabulary.TurnEnd);
            failed += isRight ? 0 : 1;
            Console.WriteLine($"{(isRight ? "right" : "WRONG"),-6} {name,-12} {answer}");
        }
    }

    return failed == 0 ? 0 : 1;
}

static string[] GameNames() => [.. File.ReadAllLines("games/hellogame/resources/names.en.txt").Where(line => line.Length > 0)];

// Answers each line {"model": path, "threads": n, "prompts": [[token, …], …], "most": n} with {"seconds": s, "processor": s, "tokens": [[token, …], …]}:
// all prompts at once, continued greedily by node-llama-cpp, which batches them.
import {createInterface} from "node:readline";
import {getLlama, LlamaLogLevel} from "node-llama-cpp";

const llama = await getLlama({build: "never", gpu: false, maxThreads: 0, logLevel: LlamaLogLevel.disabled, progressLogs: false});
let loaded;
let model;
let context;
let sequences = [];
for await (const line of createInterface({input: process.stdin})) {
  const {model: path, threads, context: contextSize, sequences: count, prompts, most} = JSON.parse(line);
  if (loaded !== path) {
    await context?.dispose();
    await model?.dispose();
    model = await llama.loadModel({modelPath: path, gpuLayers: 0});
    loaded = path;
    context = await model.createContext({sequences: count, contextSize, threads, batchSize: 512});
    sequences = Array.from({length: count}, () => context.getSequence());
  }
  for (const sequence of sequences)
    await sequence.clearHistory();
  const start = performance.now();
  const before = process.cpuUsage();
  const tokens = await Promise.all(prompts.map(async (prompt, i) => {
    const answer = [];
    for await (const token of sequences[i].evaluate(prompt, {temperature: 0, yieldEogToken: true})) {
      answer.push(token);
      if (answer.length >= most)
        break;
    }
    return answer;
  }));
  const used = process.cpuUsage(before);
  console.log(JSON.stringify({seconds: (performance.now() - start) / 1000, processor: (used.user + used.system) / 1e6, tokens}));
}
process.exit(0);

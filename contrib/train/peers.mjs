// Asks one word filter of npm: peers.mjs NAME < texts as JSON lines > 0 or 1
// a line. Run by eval.py where the packages are installed.
import { createInterface } from "node:readline";

const makers = {
  obscenity: async () => {
    const o = await import("obscenity");
    const matcher = new o.RegExpMatcher({
      ...o.englishDataset.build(), ...o.englishRecommendedTransformers });
    return (text) => matcher.hasMatch(text);
  },
  allprofanity: async () => {
    const filter = (await import("allprofanity")).default;
    return (text) => filter.check(text);
  },
  "glin-profanity": async () => {
    const filter = new (await import("glin-profanity")).Filter();
    return (text) => filter.isProfane(text);
  },
  "leo-profanity": async () => {
    const filter = (await import("leo-profanity")).default;
    return (text) => filter.check(text);
  },
  "bad-words-next": async () => {
    const BadWords = (await import("bad-words-next")).default;
    const words = await import("bad-words-next/lib/en");
    const filter = new BadWords({ data: words.default ?? words });
    return (text) => filter.check(text);
  },
  "@2toad/profanity": async () => {
    const { profanity } = await import("@2toad/profanity");
    return (text) => profanity.exists(text);
  },
};

const judge = await makers[process.argv[2]]();
const started = process.cpuUsage();
let said = "";
let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  said += judge(JSON.parse(line)) ? "1\n" : "0\n";
  count++;
}
process.stdout.write(said);
const used = process.cpuUsage(started);
process.stderr.write(`${count} ${(used.user + used.system) / 1e6}\n`);

// shared: W1 on @most/core, first alone, then after five other pipelines of the same stages with other functions.
import { filter, map } from "@most/core";
import { newDefaultScheduler } from "@most/scheduler";
import { Range, ReduceSink } from "./most_streams.mjs";
import * as work from "./harness.mjs";

const items = 1000000;
const scheduler = newDefaultScheduler();
const others = [
	[(x) => x * 5 + 1, (x) => (x & 1) === 1],
	[(x) => x + 7, (x) => (x & 2) === 0],
	[(x) => x * 2, (x) => x > 5],
	[(x) => x - 1, (x) => x % 3 === 0],
	[(x) => x ^ 1, (x) => x > 9],
];

const run = (mapper, predicate) =>
	new Promise((resolve) => filter(predicate, map(mapper, new Range(0, items))).run(new ReduceSink(resolve), scheduler));

async function minimum() {
	let best = Infinity;
	for (let repetition = 0; repetition < 45; repetition++) {
		const begin = process.hrtime.bigint();
		await run(work.map, work.keep);
		best = Math.min(best, Number(process.hrtime.bigint() - begin) / items);
	}
	return best.toFixed(2);
}

console.log(`alone: ${await minimum()} ns per item`);
for (let round = 0; round < 30; round++) for (const [mapper, predicate] of others) await run(mapper, predicate);
console.log(`after five others: ${await minimum()} ns per item`);

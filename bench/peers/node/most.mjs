// most: the workloads on @most/core. It has no range, subject, reduce or group_by: the first three are written here with
// its public interfaces for sources and sinks, as its users do; W6 and W11 are left out, having no operator for them.
import { createRequire } from "node:module";
import { chain, filter, map, mergeArray, now, scan, switchLatest, zip } from "@most/core";
import { asap, cancelTask, delay, newDefaultScheduler } from "@most/scheduler";
import * as work from "./harness.mjs";
import { Range, ReduceSink, SumSink } from "./most_streams.mjs";

const { version } = createRequire(import.meta.url)("@most/core/package.json");
const scheduler = newDefaultScheduler();

const range = (first, count) => new Range(first, count);

const sumOf = (stream, Sink = SumSink) => new Promise((resolve) => stream.run(new Sink(resolve), scheduler));

const disposable = { dispose() {} };

class Subject {
	run(sink) {
		this.sink = sink;
		return disposable;
	}
}

async function subject(items) {
	const source = new Subject();
	let sum;
	scan(work.add, 0, filter(work.keep, map(work.map, source))).run(new SumSink((result) => (sum = result)), scheduler);
	await new Promise((resolve) => setImmediate(resolve)); // the seed is emitted later
	for (let item = 0; item < items; item++) source.sink.event(0, item);
	source.sink.end(0);
	return sum;
}

/* Emits at once and stays open. Its own `now` emits later, when switchLatest has already gone on to the last. */
class Just {
	constructor(value) {
		this.value = value;
	}
	run(sink) {
		sink.event(0, this.value);
		return disposable;
	}
}

function switched(items) {
	return new Promise((resolve) => {
		const sink = new SumSink();
		switchLatest(map((x) => new Just(work.map(x)), range(0, items))).run(sink, scheduler);
		asap({ run: () => resolve(sink.sum), error() {}, dispose() {} }, scheduler);
	});
}

function subscriptions(items) {
	let stream = now(1);
	for (let stage = 0; stage < 10; stage++) stream = map(work.map, stream);
	return new Promise((resolve) => {
		let [left, sum] = [items, 0];
		const done = (result) => {
			sum += result;
			if (--left === 0) resolve(sum);
		};
		for (let item = 0; item < items; item++) stream.run(new SumSink(done), scheduler);
	});
}

let dues = [];

function timers(items) {
	if (dues.length < items) dues = work.randomDues(items);
	const task = { run() {}, error() {}, dispose() {} };
	const tasks = new Array(items);
	let checksum = 0;
	for (let item = 0; item < items; item++) tasks[item] = delay(dues[item], task, scheduler);
	for (let item = 0; item < items; item++) {
		checksum += dues[item];
		cancelTask(tasks[item]);
	}
	return checksum;
}

await work.main("@most/core", version, {
	W1: { items: 1000000, run: (n) => sumOf(filter(work.keep, map(work.map, range(0, n))), ReduceSink) },
	// More items would make the checksum inexact.
	W2: { items: 200000, run: subject },
	W3: { items: 10000, run: (n) => sumOf(chain((x) => now(work.map(x)), range(0, n))) },
	W4: { items: 1000000, run: (n) => sumOf(mergeArray([0, 1, 2, 3].map((i) => range((i * n) / 4, n / 4)))) },
	W5: { items: 10000, run: (n) => sumOf(zip(work.combine, range(0, n), range(n, n))) },
	W7: { items: 20000, run: subscriptions },
	// Its timeline is a sorted array: 200,000 timers cost 50 times as much each.
	W9: { items: 10000, run: timers },
	W10: { items: 1000000, run: switched },
});

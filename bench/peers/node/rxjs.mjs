// rxjs: the workloads on RxJS.
import { createRequire } from "node:module";
import {
	asyncScheduler,
	bufferCount,
	distinctUntilChanged,
	filter,
	groupBy,
	map,
	merge,
	mergeMap,
	of,
	range,
	reduce,
	scan,
	Subject,
	switchMap,
	zip,
} from "rxjs";
import * as work from "./harness.mjs";

const { version } = createRequire(import.meta.url)("rxjs/package.json");

function sumOf(observable) {
	const sink = new work.Sink();
	observable.subscribe((x) => sink.next(x));
	return sink.sum;
}

function subject(items) {
	const source = new Subject();
	const sink = new work.Sink();
	source.pipe(map(work.map), filter(work.keep), scan(work.add, 0)).subscribe((x) => sink.next(x));
	for (let item = 0; item < items; item++) source.next(item);
	source.complete();
	return sink.sum;
}

function groups(items) {
	const sums = [];
	range(0, items)
		.pipe(groupBy(work.group))
		.subscribe((group) => {
			const sink = new work.Sink();
			sums.push([group.key, sink]);
			group.subscribe((x) => sink.next(x));
		});
	return work.groupsChecksum(sums.map(([key, sink]) => [key, sink.sum]));
}

function subscriptions(items) {
	const m = map(work.map);
	const source = of(1).pipe(m, m, m, m, m, m, m, m, m).pipe(m);
	const sink = new work.Sink();
	for (let item = 0; item < items; item++) source.subscribe((x) => sink.next(x));
	return sink.sum;
}

let dues = [];

function timers(items) {
	if (dues.length < items) dues = work.randomDues(items);
	const actions = new Array(items);
	let checksum = 0;
	for (let item = 0; item < items; item++) actions[item] = asyncScheduler.schedule(() => {}, dues[item]);
	for (let item = 0; item < items; item++) {
		checksum += actions[item].delay;
		actions[item].unsubscribe();
	}
	return checksum;
}

await work.main("RxJS", version, {
	W1: {
		items: 1000000,
		run: (n) => sumOf(range(0, n).pipe(map(work.map), filter(work.keep), reduce(work.add, 0))),
	},
	// More items would make the checksum inexact.
	W2: { items: 200000, run: subject },
	W3: { items: 200000, run: (n) => sumOf(range(0, n).pipe(mergeMap((x) => of(work.map(x))))) },
	W4: { items: 1000000, run: (n) => sumOf(merge(...[0, 1, 2, 3].map((i) => range((i * n) / 4, n / 4)))) },
	// Its queues are arrays that are shifted, so that more items cost more each.
	W5: { items: 10000, run: (n) => sumOf(zip(range(0, n), range(n, n), work.combine)) },
	W6: { items: 1000000, run: groups },
	W7: { items: 50000, run: subscriptions },
	W9: { items: 200000, run: timers },
	W10: { items: 200000, run: (n) => sumOf(range(0, n).pipe(switchMap((x) => of(work.map(x))))) },
	W11: {
		items: 1000000,
		run: (n) => sumOf(range(0, n).pipe(distinctUntilChanged(undefined, work.pair), bufferCount(100), map(work.total))),
	},
});

// most_streams: a source and the sinks for @most/core, which has no range and no reduce.
import { asap } from "@most/scheduler";
import * as work from "./harness.mjs";

class RangeTask {
	constructor(first, count, sink) {
		this.first = first;
		this.count = count;
		this.sink = sink;
		this.active = true;
	}
	run(time) {
		const end = this.first + this.count;
		for (let x = this.first; x < end && this.active; x++) this.sink.event(time, x);
		if (this.active) this.sink.end(time);
	}
	error(time, error) {
		this.sink.error(time, error);
	}
	dispose() {
		this.active = false;
	}
}

export class Range {
	constructor(first, count) {
		this.first = first;
		this.count = count;
	}
	run(sink, scheduler) {
		return asap(new RangeTask(this.first, this.count, sink), scheduler);
	}
}

/* Calls back with the sum of the events when the stream has ended. */
export class SumSink extends work.Sink {
	constructor(done) {
		super();
		this.done = done;
	}
	event(time, x) {
		this.next(x);
	}
	end() {
		this.done(this.sum);
	}
	error(time, error) {
		throw error;
	}
}

/* W1's reduce: its functions are called, and the sum kept, as by an operator. */
export class ReduceSink extends SumSink {
	event(time, x) {
		this.sum = work.add(this.sum, x);
	}
}

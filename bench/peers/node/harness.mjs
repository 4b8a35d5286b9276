// harness: the user functions of the workloads, and how a workload is timed. One process measures one row, so that the
// compiler has seen nothing else. Usage: node PEER.mjs ROW WARM_UP_SECONDS REPETITIONS
export const map = (x) => x * 3 + 1;
export const keep = (x) => (x & 1) === 0;
export const add = (total, x) => total + x;
export const combine = (a, b) => a + 2 * b;
export const group = (x) => x % 1000;
export const pair = (x) => x >> 1;
export const total = (values) => {
	let sum = 0;
	for (let index = 0; index < values.length; index++) sum += values[index];
	return sum;
};

export class Sink {
	sum = 0;
	next(x) {
		this.sum += x;
	}
}

export const wrapped = (checksum) => BigInt.asUintN(64, BigInt(checksum));

/* The checksum of W6: of [key, sum] in order of appearance. */
export function groupsChecksum(groups) {
	let checksum = 0n;
	for (const [key, sum] of groups) checksum = wrapped(checksum * 31n + BigInt(key) + BigInt(sum));
	return checksum;
}

/* What bench_random_due() of baseline.h returns, call after call. */
export function randomDues(count) {
	const dues = new Array(count);
	let x = 0x9e3779b97f4a7c15n;
	for (let index = 0; index < count; index++) {
		x = wrapped(x ^ (x << 13n));
		x ^= x >> 7n;
		x = wrapped(x ^ (x << 17n));
		dues[index] = Number(1n + (((x >> 32n) * 3600000n) >> 32n));
	}
	return dues;
}

/* rows: { W1: { items, run(items) }, ... }; run returns the checksum, or a promise of it. */
export async function main(peer, version, rows) {
	const [row, seconds, repetitions] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
	if (row === "--rows") return console.log(Object.keys(rows).join(" "));
	const { items, run } = rows[row];
	const start = performance.now();
	let warmUps = 0;
	let checksum;
	do {
		checksum = await run(items);
		warmUps++;
	} while (performance.now() - start < seconds * 1000 || warmUps < 3);
	const warmUpSeconds = (performance.now() - start) / 1000;
	const samples = [];
	for (let repetition = 0; repetition < repetitions; repetition++) {
		const begin = process.hrtime.bigint();
		checksum = await run(items);
		samples.push(Number(process.hrtime.bigint() - begin) / items);
	}
	samples.sort((a, b) => a - b);
	console.log(
		JSON.stringify({
			peer,
			version,
			row,
			items,
			checksum: wrapped(checksum).toString(16).padStart(16, "0"),
			minimum: samples[0],
			median: samples[samples.length >> 1],
			warm_up_seconds: warmUpSeconds,
			warm_up_items: warmUps * items,
		}),
	);
	process.exit(0);
}

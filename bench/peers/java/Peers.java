// Peers: the workloads on RxJava 3. One process measures one row, so that the compiler has seen nothing else.
// Usage: java Peers observable|flowable ROW WARM_UP_SECONDS REPETITIONS
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.PublishSubject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public final class Peers {
	interface Workload {
		long run(int items) throws Exception;
	}

	record Row(int items, Workload workload) {}

	// The user functions.
	static int map(int x) {
		return x * 3 + 1;
	}

	static boolean keep(int x) {
		return (x & 1) == 0;
	}

	static long add(long total, int x) {
		return total + x;
	}

	static int combine(int a, int b) {
		return a + 2 * b;
	}

	static int group(int x) {
		return x % 1000;
	}

	static int pair(int x) {
		return x >> 1;
	}

	static long total(List<Integer> values) {
		long total = 0;
		for (int x : values)
			total += x;
		return total;
	}

	/** What the last stage delivers to. */
	static final class Sink {
		final int key;
		long sum;

		Sink(int key) {
			this.key = key;
		}

		void next(long x) {
			sum += x;
		}
	}

	static long sumOf(Observable<Integer> source) {
		Sink sink = new Sink(0);
		source.subscribe(x -> sink.next(x));
		return sink.sum;
	}

	static long sumOf(Flowable<Integer> source) {
		Sink sink = new Sink(0);
		source.subscribe(x -> sink.next(x));
		return sink.sum;
	}

	static long checksumOf(List<Sink> groups) {
		long checksum = 0;
		for (Sink sink : groups)
			checksum = checksum * 31 + sink.key + sink.sum;
		return checksum;
	}

	static long[] dues = new long[0];

	/** What bench_random_due() of baseline.h returns, call after call. */
	static long[] randomDues(int count) {
		long[] dues = new long[count];
		long x = 0x9e3779b97f4a7c15L;
		for (int index = 0; index < count; index++) {
			x ^= x << 13;
			x ^= x >>> 7;
			x ^= x << 17;
			dues[index] = 1 + ((x >>> 32) * 3600000 >>> 32);
		}
		return dues;
	}

	static long timers(int items) {
		if (dues.length < items)
			dues = randomDues(items);
		Disposable[] timers = new Disposable[items];
		long checksum = 0;
		for (int item = 0; item < items; item++)
			timers[item] = Schedulers.single().scheduleDirect(() -> {}, dues[item], TimeUnit.MILLISECONDS);
		for (int item = 0; item < items; item++) {
			checksum += dues[item];
			timers[item].dispose();
		}
		return checksum;
	}

	static Map<String, Row> observable() {
		Map<String, Row> rows = new LinkedHashMap<>();
		rows.put("W1", new Row(1000000, n -> {
			Sink sink = new Sink(0);
			Observable.range(0, n).map(x -> map(x)).filter(x -> keep(x)).reduce(0L, (total, x) -> add(total, x))
				.subscribe(x -> sink.next(x));
			return sink.sum;
		}));
		rows.put("W2", new Row(1000000, n -> {
			Sink sink = new Sink(0);
			PublishSubject<Integer> subject = PublishSubject.create();
			subject.map(x -> map(x)).filter(x -> keep(x)).scan(0L, (total, x) -> add(total, x))
				.subscribe(x -> sink.next(x));
			for (int item = 0; item < n; item++)
				subject.onNext(item);
			subject.onComplete();
			return sink.sum;
		}));
		rows.put("W3", new Row(1000000, n ->
			sumOf(Observable.range(0, n).flatMap(x -> Observable.just(map(x))))));
		rows.put("W4", new Row(1000000, n -> sumOf(Observable.mergeArray(Observable.range(0, n / 4),
			Observable.range(n / 4, n / 4), Observable.range(n / 2, n / 4), Observable.range(n / 4 * 3, n / 4)))));
		rows.put("W5", new Row(1000000, n ->
			sumOf(Observable.zip(Observable.range(0, n), Observable.range(n, n), (a, b) -> combine(a, b)))));
		rows.put("W6", new Row(1000000, n -> {
			List<Sink> groups = new ArrayList<>();
			Observable.range(0, n).groupBy(x -> group(x)).subscribe(group -> {
				Sink sink = new Sink(group.getKey());
				groups.add(sink);
				group.subscribe(x -> sink.next(x));
			});
			return checksumOf(groups);
		}));
		rows.put("W7", new Row(200000, n -> {
			Sink sink = new Sink(0);
			Observable<Integer> source = Observable.just(1);
			for (int stage = 0; stage < 10; stage++)
				source = source.map(x -> map(x));
			for (int item = 0; item < n; item++)
				source.subscribe(x -> sink.next(x));
			return sink.sum;
		}));
		rows.put("W8", new Row(1000000, n -> {
			Sink sink = new Sink(0);
			CountDownLatch end = new CountDownLatch(1);
			Observable.range(0, n).hide().observeOn(Schedulers.single())
				.subscribe(x -> sink.next(x), error -> {}, end::countDown);
			end.await();
			return sink.sum;
		}));
		rows.put("W9", new Row(1000000, Peers::timers));
		rows.put("W10", new Row(1000000, n ->
			sumOf(Observable.range(0, n).switchMap(x -> Observable.just(map(x))))));
		rows.put("W11", new Row(1000000, n -> {
			Sink sink = new Sink(0);
			Observable.range(0, n).distinctUntilChanged(x -> pair(x)).buffer(100).map(values -> total(values))
				.subscribe(x -> sink.next(x));
			return sink.sum;
		}));
		return rows;
	}

	static Map<String, Row> flowable() {
		Map<String, Row> rows = new LinkedHashMap<>();
		rows.put("W1", new Row(1000000, n -> {
			Sink sink = new Sink(0);
			Flowable.range(0, n).map(x -> map(x)).filter(x -> keep(x)).reduce(0L, (total, x) -> add(total, x))
				.subscribe(x -> sink.next(x));
			return sink.sum;
		}));
		rows.put("W2", new Row(1000000, n -> {
			Sink sink = new Sink(0);
			PublishProcessor<Integer> subject = PublishProcessor.create();
			subject.map(x -> map(x)).filter(x -> keep(x)).scan(0L, (total, x) -> add(total, x))
				.subscribe(x -> sink.next(x));
			for (int item = 0; item < n; item++)
				subject.onNext(item);
			subject.onComplete();
			return sink.sum;
		}));
		rows.put("W3", new Row(1000000, n -> sumOf(Flowable.range(0, n).flatMap(x -> Flowable.just(map(x))))));
		rows.put("W4", new Row(1000000, n -> sumOf(Flowable.mergeArray(Flowable.range(0, n / 4),
			Flowable.range(n / 4, n / 4), Flowable.range(n / 2, n / 4), Flowable.range(n / 4 * 3, n / 4)))));
		rows.put("W5", new Row(1000000, n ->
			sumOf(Flowable.zip(Flowable.range(0, n), Flowable.range(n, n), (a, b) -> combine(a, b)))));
		rows.put("W6", new Row(1000000, n -> {
			List<Sink> groups = new ArrayList<>();
			Flowable.range(0, n).groupBy(x -> group(x)).subscribe(group -> {
				Sink sink = new Sink(group.getKey());
				groups.add(sink);
				group.subscribe(x -> sink.next(x));
			});
			return checksumOf(groups);
		}));
		rows.put("W7", new Row(200000, n -> {
			Sink sink = new Sink(0);
			Flowable<Integer> source = Flowable.just(1);
			for (int stage = 0; stage < 10; stage++)
				source = source.map(x -> map(x));
			for (int item = 0; item < n; item++)
				source.subscribe(x -> sink.next(x));
			return sink.sum;
		}));
		rows.put("W8", new Row(1000000, n -> {
			Sink sink = new Sink(0);
			CountDownLatch end = new CountDownLatch(1);
			Flowable.range(0, n).hide().observeOn(Schedulers.single())
				.subscribe(x -> sink.next(x), error -> {}, end::countDown);
			end.await();
			return sink.sum;
		}));
		rows.put("W10", new Row(1000000, n ->
			sumOf(Flowable.range(0, n).switchMap(x -> Flowable.just(map(x))))));
		rows.put("W11", new Row(1000000, n -> {
			Sink sink = new Sink(0);
			Flowable.range(0, n).distinctUntilChanged(x -> pair(x)).buffer(100).map(values -> total(values))
				.subscribe(x -> sink.next(x));
			return sink.sum;
		}));
		return rows;
	}

	public static void main(String[] arguments) throws Exception {
		boolean isFlowable = arguments[0].equals("flowable");
		Map<String, Row> rows = isFlowable ? flowable() : observable();
		if (arguments[1].equals("--rows")) {
			System.out.println(String.join(" ", rows.keySet()));
			return;
		}
		Row row = rows.get(arguments[1]);
		double seconds = Double.parseDouble(arguments[2]);
		double[] samples = new double[Integer.parseInt(arguments[3])];
		long start = System.nanoTime();
		long warmUps = 0;
		long checksum;
		do {
			checksum = row.workload().run(row.items());
			warmUps++;
		} while (System.nanoTime() - start < seconds * 1e9 || warmUps < 3);
		double warmUpSeconds = (System.nanoTime() - start) / 1e9;
		for (int repetition = 0; repetition < samples.length; repetition++) {
			long begin = System.nanoTime();
			checksum = row.workload().run(row.items());
			samples[repetition] = (double) (System.nanoTime() - begin) / row.items();
		}
		Arrays.sort(samples);
		System.out.printf(Locale.ROOT,
			"{\"peer\": \"%s\", \"version\": \"%s\", \"row\": \"%s\", \"items\": %d, \"checksum\": \"%016x\", "
				+ "\"minimum\": %.3f, \"median\": %.3f, \"warm_up_seconds\": %.3f, \"warm_up_items\": %d}%n",
			isFlowable ? "RxJava Flowable" : "RxJava Observable", System.getProperty("peer.version", "3"), arguments[1],
			row.items(), checksum, samples[0], samples[samples.length / 2], warmUpSeconds, warmUps * row.items());
		System.exit(0);
	}
}

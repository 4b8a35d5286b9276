/* One case: build it, run it on a virtual loop, compare what came. */
#include "vectors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Every case is quiet after frame 200. */
	LAST_FRAME = 1000,
	/* More than this is a pipeline that has gone wild. */
	EVENTS_MAX = 20000,
	/* The codes of thrown texts. */
	THROWN_CODE = 20000,
};

/* Memory */

struct memory {
	struct memory *next;
	_Alignas(max_align_t) char bytes[];
};

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (memory == NULL) {
		fputs("weir-vectors: out of memory\n", stderr);
		exit(2);
	}
	return memory;
}

void *run_allocate(struct run *run, size_t size)
{
	struct memory *memory = allocate(sizeof *memory + size);

	memory->next = run->memory;
	run->memory = memory;
	return memory->bytes;
}

void values_add(struct values *values, weir_value owned)
{
	if (values->count == values->capacity) {
		size_t capacity = values->capacity == 0 ? 8 : values->capacity * 2;
		weir_value *items = allocate(capacity * sizeof *items);

		if (values->count > 0)
			memcpy(items, values->items, values->count * sizeof *items);
		free(values->items);
		values->items = items;
		values->capacity = capacity;
	}
	values->items[values->count++] = owned;
}

void values_free(struct values *values)
{
	while (values->count > 0)
		weir_release(values->items[--values->count]);
	free(values->items);
	*values = (struct values){ 0 };
}

weir_value values_take(struct values *values)
{
	weir_value array = weir_make_array(values->items, values->count);

	values->count = 0;
	values_free(values);
	return array;
}

weir_value run_keep(struct run *run, weir_value value)
{
	values_add(&run->kept, value);
	return value;
}

weir_observable *run_keep_observable(struct run *run, weir_observable *observable)
{
	run_keep(run, weir_observable_value(observable));
	return observable;
}

void run_fail(struct run *run, const char *format, ...)
{
	va_list arguments;

	if (run->problem[0] != '\0')
		return;
	va_start(arguments, format);
	vsnprintf(run->problem, sizeof run->problem, format, arguments);
	va_end(arguments);
}

/* Time and entries */

int64_t frame_of(struct run *run)
{
	return weir_loop_now(run->loop) / weir_ms(1);
}

/* 0: no lateness. Otherwise the state of a xorshift generator. */
static uint64_t order_state;
static uint64_t order_rarity; /* one of so many is late */

void set_order(uint64_t seed)
{
	order_state = seed * UINT64_C(0x9e3779b97f4a7c15);
	order_rarity = 1 + seed % 3;
}

weir_duration lateness(void)
{
	if (order_state == 0)
		return 0;
	order_state ^= order_state << 13;
	order_state ^= order_state >> 7;
	order_state ^= order_state << 17;
	return (order_state >> 20) % order_rarity == 0 ? (weir_duration)((order_state >> 32) % 500) : 0;
}

weir_duration frames(weir_value count)
{
	int64_t number = weir_as_int(count);

	return weir_is_nil(count) ? 0 : weir_ms(number < 0 ? 0 : number) + lateness();
}

struct entry {
	struct weir_timer timer;
	void (*callback)(void *context);
	void *context;
};

static void entry_expired(struct weir_timer *timer)
{
	struct entry *entry = timer->context;

	entry->callback(entry->context);
}

void run_at(struct run *run, int64_t frame, weir_duration late, void (*callback)(void *context), void *context)
{
	struct entry *entry = run_allocate(run, sizeof *entry);

	entry->callback = callback;
	entry->context = context;
	weir_timer_init_on(&entry->timer, run->loop, entry_expired);
	entry->timer.context = entry;
	weir_timer_start_at(&entry->timer, weir_ms(frame) + late);
}

/* What is recorded */

void log_items(struct run *run, const weir_value *items, size_t count)
{
	struct values entry = { 0 };

	values_add(&entry, weir_int(frame_of(run)));
	for (size_t i = 0; i < count; i++)
		values_add(&entry, items[i]);
	if (run->is_over)
		values_free(&entry);
	else
		values_add(&run->log, values_take(&entry));
}

void log_event(struct run *run, weir_value label, const char *what)
{
	log_items(run, (weir_value[]){ weir_retain(label), weir_string(what) }, 2);
}

void log_value(struct run *run, weir_value label, const char *what, weir_value value)
{
	log_items(run, (weir_value[]){ weir_retain(label), weir_string(what), weir_retain(value) }, 3);
}

int error_code(struct run *run, weir_value text)
{
	size_t i = 0;

	while (i < run->thrown.count && !weir_equal(run->thrown.items[i], text))
		i++;
	if (i == run->thrown.count)
		values_add(&run->thrown, weir_retain(text));
	return THROWN_CODE + (int)i;
}

weir_error *error_new(struct run *run, weir_value text)
{
	char message[64];

	weir_copy_string(text, message, sizeof message);
	return weir_error_new(error_code(run, text), "%s", message);
}

weir_value error_failure(struct run *run, weir_value text)
{
	return weir_error_value(error_new(run, text));
}

weir_value error_name(struct run *run, const weir_error *error)
{
	static const struct {
		int code;
		const char *name;
	} names[] = {
		{ WEIR_EEMPTY, "EmptyError" },
		{ WEIR_ESEQUENCE, "SequenceError" },
		{ WEIR_ENOTFOUND, "NotFoundError" },
		{ WEIR_EOUTOFRANGE, "ArgumentOutOfRangeError" },
		{ WEIR_ETIMEOUT, "TimeoutError" },
		{ WEIR_ECLOSED, "ObjectUnsubscribedError" },
	};
	int code = weir_error_code(error);
	char line[256];

	if (code >= THROWN_CODE && (size_t)(code - THROWN_CODE) < run->thrown.count)
		return weir_retain(run->thrown.items[code - THROWN_CODE]);
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (names[i].code == code)
			return weir_string_static(names[i].name);
	if (code == WEIR_EUSER)
		return weir_string(weir_error_message(error));
	weir_error_print(error, line, sizeof line);
	return weir_string(line);
}

bool count_event(struct run *run)
{
	if (++run->event_count <= EVENTS_MAX)
		return true;
	run_fail(run, "more than %d events", EVENTS_MAX);
	weir_loop_stop(run->loop);
	return false;
}

/* Subscribers */

static void consumer_record(struct consumer *consumer, weir_value event)
{
	struct run *run = consumer->run;

	if (run->is_over) {
		weir_release(event);
		return;
	}
	values_add(&consumer->events, event);
	if (!count_event(run))
		weir_cancel(consumer->subscription);
}

static void consumer_subscribed(weir_subscription *subscription, void *context)
{
	struct consumer *consumer = context;

	consumer->subscription = subscription;
}

static void consumer_next(weir_value value, void *context)
{
	struct consumer *consumer = context;

	consumer_record(
		consumer, array_of(weir_int(frame_of(consumer->run)), weir_string_static("N"), weir_retain(value)));
}

static void consumer_error(const weir_error *error, void *context)
{
	struct consumer *consumer = context;

	consumer_record(consumer,
		array_of(weir_int(frame_of(consumer->run)), weir_string_static("E"), error_name(consumer->run, error)));
}

static void consumer_complete(void *context)
{
	struct consumer *consumer = context;

	consumer_record(consumer, array_of(weir_int(frame_of(consumer->run)), weir_string_static("C")));
}

static void consumer_destroy(void *context)
{
	struct consumer *consumer = context;

	consumer->subscription = NULL;
}

struct consumer *consumer_new(struct run *run, weir_value name)
{
	struct consumer *consumer = run_allocate(run, sizeof *consumer);

	consumer->run = run;
	consumer->name = name;
	consumer->next = run->consumers;
	run->consumers = consumer;
	return consumer;
}

void consumer_subscribe(struct consumer *consumer, weir_observable *observable)
{
	weir_subscribe_borrowed(observable, consumer->run->loop,
		&(weir_observer){ .subscribed = consumer_subscribed,
			.next = consumer_next,
			.error = consumer_error,
			.complete = consumer_complete,
			.destroy = consumer_destroy,
			.context = consumer });
}

/* A pipeline case: two entries of the driver's own */

static void subscribe_entry(void *context)
{
	struct consumer *consumer = context;

	consumer_subscribe(consumer, consumer->run->subject_under_test);
}

static void unsubscribe_entry(void *context)
{
	struct consumer *consumer = context;

	weir_cancel(consumer->subscription);
}

static void queue_pipeline(struct run *run)
{
	weir_value unsub = weir_get(run->document, "unsub");
	struct consumer *consumer = consumer_new(run, weir_nil());

	run_at(run, 0, 0, subscribe_entry, consumer);
	if (!weir_is_nil(unsub))
		run_at(run, weir_as_int(unsub), 0, unsubscribe_entry, consumer);
}

/* Building and comparing */

static void check_operators(struct run *run)
{
	struct weir_iterator iterator = weir_iterate(weir_get(run->document, "ops"));
	weir_value name;
	char text[64];

	while (weir_iterator_next(&iterator, NULL, &name)) {
		weir_copy_string(name, text, sizeof text);
		if (!operator_is_known(text))
			run_fail(run, "the driver does not know the operator %s", text);
	}
}

static void build_all(struct run *run, const struct scope *scope)
{
	struct weir_iterator iterator = weir_iterate(weir_get(run->document, "sources"));
	weir_value name, expression;

	while (weir_iterator_next(&iterator, &name, &expression)) {
		struct named *named = run_allocate(run, sizeof *named);

		named->name = run_keep(run, weir_retain(name));
		named->subject = subject_new(run, run_keep(run, weir_retain(expression)));
		named->is_async = weir_is_string(weir_at(expression, 0), "AsyncSubject");
		named->observable = run_keep_observable(run,
			named->subject != NULL ? weir_subject_observable(named->subject) : build(scope, expression));
		named->next = run->named;
		run->named = named;
	}
	run->subject_under_test = run_keep_observable(run, build(scope, weir_get(run->document, "expr")));
}

static void ignore_dropped(const char *stage, weir_value value, void *context)
{
	(void)stage;
	(void)value;
	(void)context;
}

static void ignore_error(const weir_error *error, void *context)
{
	(void)error;
	(void)context;
}

static void run_free(struct run *run)
{
	run->is_over = true;
	for (struct consumer *consumer = run->consumers; consumer != NULL; consumer = consumer->next) {
		weir_cancel(consumer->subscription);
		values_free(&consumer->events);
	}
	weir_loop_free(run->loop); /* what still runs may need, and make, what is kept */
	values_free(&run->kept);
	for (struct named *named = run->named; named != NULL; named = named->next)
		weir_subject_unref(named->subject);
	values_free(&run->log);
	values_free(&run->thrown);
	while (run->memory != NULL) {
		struct memory *memory = run->memory;

		run->memory = memory->next;
		free(memory);
	}
}

/* Without the subscriptions of no duration. */
static weir_value without_empty(weir_value subscriptions)
{
	struct weir_iterator iterator = weir_iterate(subscriptions);
	struct weir_member members[64];
	weir_value name, list;
	size_t count = 0;

	while (count < LENGTH_OF(members) && weir_iterator_next(&iterator, &name, &list)) {
		struct weir_iterator spans = weir_iterate(list);
		struct values kept = { 0 };
		weir_value span;

		while (weir_iterator_next(&spans, NULL, &span))
			if (!weir_equal(weir_at(span, 0), weir_at(span, 1)))
				values_add(&kept, weir_retain(span));
		members[count++] = (struct weir_member){ weir_retain(name), values_take(&kept) };
	}
	return weir_make_map(members, count);
}

static bool equal_but_for_empty(weir_value expected, weir_value received)
{
	weir_value left = without_empty(expected);
	weir_value right = without_empty(received);
	bool equal = weir_equal(left, right);

	weir_release(left);
	weir_release(right);
	return equal;
}

static bool log_is_equal(weir_value expected, weir_value received)
{
	return weir_is_nil(expected) ? weir_length(received) == 0 : weir_equal(expected, received);
}

/* What ends the block of the log that this entry begins, NULL: it begins none. */
static const char *block_end(weir_value entry)
{
	static const char *const blocks[][2] = { { "sub", "fin" }, { "add", "remove" }, { "create", "dispose" } };

	for (size_t i = 0; i < LENGTH_OF(blocks); i++)
		if (weir_is_string(weir_at(entry, 2), blocks[i][0]))
			return blocks[i][1];
	return NULL;
}

/*
 * Where the block ends that is logged of a subscription of no duration, within one frame, by a tap ("sub" to "fin"), an
 * emitter of events ("add", "remove") or a resource ("create", "dispose"); 0: none begins.
 */
static size_t empty_block_at(weir_value log, size_t begin)
{
	weir_value first = weir_at(log, begin);
	const char *last = block_end(first);

	if (last == NULL)
		return 0;
	for (size_t end = begin + 1; end < weir_length(log); end++) {
		weir_value entry = weir_at(log, end);

		if (!weir_equal(weir_at(entry, 0), weir_at(first, 0)) ||
			!weir_equal(weir_at(entry, 1), weir_at(first, 1)))
			return 0;
		if (weir_is_string(weir_at(entry, 2), last))
			return end + 1;
	}
	return 0;
}

/* The same in the log: what was logged of such a subscription (FORMAT.md §9, "Keeps subscribing"). */
static weir_value log_without_empty(weir_value log)
{
	struct values kept = { 0 };

	for (size_t i = 0; i < weir_length(log);) {
		size_t end = empty_block_at(log, i);

		if (end == 0)
			values_add(&kept, weir_retain(weir_at(log, i++)));
		else
			i = end;
	}
	return values_take(&kept);
}

static bool log_is_equal_but_for_empty(weir_value expected, weir_value received)
{
	weir_value left = log_without_empty(expected);
	weir_value right = log_without_empty(received);
	bool equal = weir_equal(left, right);

	weir_release(left);
	weir_release(right);
	return equal;
}

static void compare(struct outcome *outcome, weir_value document)
{
	weir_value subs = weir_get(document, "subs"), log = weir_get(document, "log");
	bool is_exact = weir_equal(subs, outcome->subs) && log_is_equal(log, outcome->log);

	outcome->passed = outcome->problem[0] == '\0' && weir_equal(weir_get(document, "expect"), outcome->expect) &&
			  (is_exact || (equal_but_for_empty(subs, outcome->subs) &&
					       log_is_equal_but_for_empty(log, outcome->log)));
	outcome->is_remark = outcome->passed && !is_exact;
}

struct outcome run_case(weir_value document)
{
	struct run run = { .loop = weir_loop_new_virtual(), .document = document, .playbacks_end = &run.playbacks };
	struct scope scope = { .run = &run };
	struct outcome outcome = { 0 };
	weir_value kind = weir_get(document, "kind");
	bool is_script = weir_is_string(kind, "script");

	weir_loop_set_hooks(run.loop,
		&(struct weir_loop_hooks){ .on_dropped = ignore_dropped, .on_unhandled_error = ignore_error });
	if (!is_script && !weir_is_nil(kind))
		run_fail(&run, "the driver does not know this kind of case");
	check_operators(&run);
	build_all(&run, &scope);
	if (is_script)
		script_queue(&run);
	else
		queue_pipeline(&run);
	playback_queue_all(&run);
	if (run.problem[0] == '\0')
		weir_loop_run_for(run.loop, weir_ms(LAST_FRAME));
	run.is_over = true;
	memcpy(outcome.problem, run.problem, sizeof outcome.problem);
	outcome.expect = is_script ? script_received(&run) : values_take(&run.consumers->events);
	outcome.subs = subscriptions_of(&run);
	outcome.log = values_take(&run.log);
	run_free(&run);
	compare(&outcome, document);
	return outcome;
}

void outcome_free(struct outcome *outcome)
{
	weir_release(outcome->expect);
	weir_release(outcome->subs);
	weir_release(outcome->log);
}

/* Classes of differences in tier ties */

/* Whether two lists of [frame, …] have the same entries in each frame; they are in order of frames. */
static bool same_within_frames(weir_value left, weir_value right)
{
	size_t count = weir_length(left);
	bool *is_taken = calloc(count + 1, sizeof *is_taken);
	bool same = is_taken != NULL && count == weir_length(right);

	for (size_t i = 0; i < count && same; i++) {
		size_t k = 0;

		while (k < count && (is_taken[k] || !weir_equal(weir_at(left, i), weir_at(right, k))))
			k++;
		same = k < count;
		if (same)
			is_taken[k] = true;
	}
	free(is_taken);
	return same;
}

static bool is_reordered(weir_value document, const struct outcome *outcome)
{
	weir_value expect = weir_get(document, "expect"), log = weir_get(document, "log");

	return outcome->problem[0] == '\0' && weir_kind(expect) == WEIR_KIND_ARRAY &&
	       same_within_frames(expect, outcome->expect) &&
	       same_within_frames(weir_is_nil(log) ? outcome->log : log, outcome->log) &&
	       (!weir_is_nil(log) || weir_length(outcome->log) == 0) &&
	       equal_but_for_empty(weir_get(document, "subs"), outcome->subs);
}

/* The frame of an entry [frame, …] or of one end of a span; INT64_MAX where there is none. */
static int64_t frame_at(weir_value list, size_t index)
{
	weir_value frame = weir_at(list, index);

	return weir_is_nil(frame) ? INT64_MAX : weir_as_int(frame);
}

static int64_t earlier(int64_t left, int64_t right)
{
	return left < right ? left : right;
}

/* The first frame in which two lists of [frame, …] differ. */
static int64_t first_difference(weir_value left, weir_value right)
{
	size_t i = 0;

	while (i < weir_length(left) && weir_equal(weir_at(left, i), weir_at(right, i)))
		i++;
	return earlier(frame_at(weir_at(left, i), 0), frame_at(weir_at(right, i), 0));
}

/* The same of two lists of [from, to]. */
static int64_t first_difference_of_spans(weir_value left, weir_value right)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < weir_length(left) || i < weir_length(right); i++)
		for (size_t end = 0; end < 2; end++) {
			int64_t frames[2] = { frame_at(weir_at(left, i), end), frame_at(weir_at(right, i), end) };

			if (frames[0] != frames[1])
				first = earlier(first, earlier(frames[0], frames[1]));
		}
	return first;
}

/* The first frame in which a case differs from what was recorded. */
static int64_t divergence(weir_value document, const struct outcome *outcome)
{
	weir_value log = weir_get(document, "log");
	int64_t first = earlier(
		first_difference(weir_get(document, "expect"), outcome->expect), first_difference(log, outcome->log));
	struct weir_iterator iterator = weir_iterate(weir_get(document, "subs"));
	weir_value name, spans;

	while (weir_iterator_next(&iterator, &name, &spans))
		first = earlier(first, first_difference_of_spans(spans, weir_get_value(outcome->subs, name, NULL)));
	return first;
}

enum order_class classify_order(weir_value document, const struct outcome *outcome)
{
	enum { ORDERS = 3000 };
	enum order_class class = ORDER_UNEXPLAINED;
	int64_t first = divergence(document, outcome);

	if (is_reordered(document, outcome))
		return ORDER_REORDERED;
	for (uint64_t seed = 1; seed <= ORDERS && class != ORDER_STEERED; seed++) {
		struct outcome other;

		set_order(seed);
		other = run_case(document);
		if (other.passed || is_reordered(document, &other))
			class = ORDER_STEERED;
		else if (other.problem[0] == '\0' && divergence(document, &other) > first)
			class = ORDER_STEERED_STEPWISE;
		outcome_free(&other);
	}
	set_order(0);
	return class;
}

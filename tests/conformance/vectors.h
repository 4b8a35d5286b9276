/*
 * The conformance driver: what its files share. FORMAT.md of the vectors says what all of it means.
 *
 * Each operator of the vectors is one function of its family's file and one row of the table there: it translates the
 * expression into calls of weir's public constructors. What the library makes of them is compared as it is.
 *
 * Memory: whatever a case needs belongs to its run and lives to its end, contexts of callbacks included.
 */
#ifndef VECTORS_H
#define VECTORS_H

#include <weir/operator.h>
#include <weir/weir.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof(array)[0])

/* A growing array of owned values. */
struct values {
	weir_value *items;
	size_t count;
	size_t capacity;
};

void values_add(struct values *values, weir_value owned);
void values_free(struct values *values);
/* As one array; the list is empty afterwards. */
weir_value values_take(struct values *values);

/* Arrays as the vectors have them: [frame, label, …]. Items are consumed. */
#define array_of(...) \
	weir_make_array( \
		(const weir_value[]){ __VA_ARGS__ }, sizeof((const weir_value[]){ __VA_ARGS__ }) / sizeof(weir_value))

/* --- One case at work (run.c) --- */

struct scope;
struct consumer;

struct run {
	weir_loop *loop;
	weir_value document; /* borrowed */
	struct memory *memory;
	struct values kept;
	struct values thrown; /* texts of the errors of this case: see error_new() */
	struct values log;
	struct named *named; /* what `sources` declares */
	struct source *sources; /* cold and hot ones, in order of building */
	struct playback *playbacks; /* hot messages not queued yet, in order of building */
	struct playback **playbacks_end;
	struct consumer *consumers;
	weir_observable *subject_under_test;
	struct connection *connections; /* the connectables of the case; see sharing.c */
	size_t event_count;
	bool is_over; /* nothing is recorded any more */
	char problem[256]; /* not empty: the case could not be run */
};

/* Zeroed memory until the end of the run. */
void *run_allocate(struct run *run, size_t size);

/* Hold a value, or an observable, until the end of the run. Consumes; the result is borrowed. */
weir_value run_keep(struct run *run, weir_value value);
weir_observable *run_keep_observable(struct run *run, weir_observable *observable);

/* The case cannot be run: it fails, with the first of such messages. */
void run_fail(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The clock, in frames. */
int64_t frame_of(struct run *run);

/*
 * Another order within frames (tier ties). With a seed, every duration and the messages of every source are late by a
 * few nanoseconds, chosen by it: far less than a frame altogether, so nothing changes but the order within a frame.
 * 0: nothing is late.
 */
void set_order(uint64_t seed);
weir_duration lateness(void);

/* A duration of the vectors; null and what is negative is none. */
weir_duration frames(weir_value count);

/* Add to the log [frame, label, what] or [frame, label, what, value]. `label` and `value` are borrowed. */
void log_event(struct run *run, weir_value label, const char *what);
void log_value(struct run *run, weir_value label, const char *what, weir_value value);
/* … or any entry behind the frame, consumed. */
void log_items(struct run *run, const weir_value *items, size_t count);

/* Something has been received or subscribed to. False when that is too much: the case fails, and its loop stops. */
bool count_event(struct run *run);

/* Queue an entry: `callback` runs at `frame`, `late` by less than one, after what has been queued for it before. */
void run_at(struct run *run, int64_t frame, weir_duration late, void (*callback)(void *context), void *context);

/*
 * Errors. A predicate can only fail with a code, so each text that a case throws has a code of its own; back again, a
 * code of this kind is its text, one of the library's the name that FORMAT.md §13 gives it.
 */
int error_code(struct run *run, weir_value text);
weir_error *error_new(struct run *run, weir_value text);
weir_value error_failure(struct run *run, weir_value text); /* a value of kind error */
weir_value error_name(struct run *run, const weir_error *error);

/* One subscriber: what it receives is [frame, "N", value] … */
struct consumer {
	struct consumer *next;
	struct run *run;
	weir_value name; /* of a scripted case */
	weir_subscription *subscription; /* NULL before and after */
	struct values events;
};

struct consumer *consumer_new(struct run *run, weir_value name);
void consumer_subscribe(struct consumer *consumer, weir_observable *observable); /* borrowed */

/*
 * How a failed case of tier ties differs, found out by running it in other orders within frames: see
 * docs/differences.md.
 */
enum order_class {
	ORDER_NOT_CHECKED,
	ORDER_REORDERED, /* each frame has the same events and log entries, in another order */
	ORDER_STEERED, /* the order decided what came; in another one exactly the recorded comes */
	/* So it is at the first difference: in another order it is gone. None of those tried removes all of them. */
	ORDER_STEERED_STEPWISE,
	ORDER_UNEXPLAINED,
};

/* What became of a case. */
struct outcome {
	bool passed;
	bool is_remark; /* passed but for subscriptions of no duration: FORMAT.md §2 */
	enum order_class order; /* of one that failed, in tier ties */
	char problem[256];
	weir_value expect, subs, log; /* received; owned */
};

struct outcome run_case(weir_value document);
/* Of a case that failed. */
enum order_class classify_order(weir_value document, const struct outcome *outcome);
void outcome_free(struct outcome *outcome);

/* --- Scripted cases (script.c) --- */

/* Queue all steps. */
void script_queue(struct run *run);
/* What the subscribers received, by name; owned. */
weir_value script_received(struct run *run);

/* --- Expressions (expression.c) --- */

/* Where an expression stands: inside a projection's `mk` there are ["x"] and ["in"]. */
struct scope {
	struct run *run;
	weir_value x;
	weir_observable *in; /* NULL: none */
};

/* One operator of an expression, as its function gets it. */
struct stage {
	const struct scope *scope;
	struct run *run;
	weir_value expression; /* ["name", S, arguments …] */
	bool asks_by_count;
};

struct operator_row {
	const char *name;
	weir_observable *(*build)(const struct stage *stage);
	/*
	 * The stage asks its inputs for items by count, where RxJS has a queue without bound: then that queue is put in
	 * front of each input (weir_on_overflow() with room for everything), because hot sources and timers cannot wait.
	 */
	bool asks_by_count;
};

/* The family tables; each ends with a row without name. */
extern const struct operator_row source_operators[];
extern const struct operator_row creating_operators[];
extern const struct operator_row transforming_operators[];
extern const struct operator_row filtering_operators[];
extern const struct operator_row combining_operators[];
extern const struct operator_row recovering_operators[];
extern const struct operator_row utility_operators[];
extern const struct operator_row sharing_operators[];

bool operator_is_known(const char *name);

/* The observable of an expression; owned. */
weir_observable *build(const struct scope *scope, weir_value expression);

/* The member of the expression at `index`, borrowed; nil beyond the last. 0 is the name, 1 commonly S. */
static inline weir_value argument(const struct stage *stage, size_t index)
{
	return weir_at(stage->expression, index);
}

static inline bool has_argument(const struct stage *stage, size_t index)
{
	return weir_length(stage->expression) > index;
}

/* The input that is the member at `index`, built; owned. */
weir_observable *operand(const struct stage *stage, size_t index);

/* S: operand(stage, 1). */
static inline weir_observable *source(const struct stage *stage)
{
	return operand(stage, 1);
}

/* Any expression inside the arguments, as an input of this stage; owned. */
weir_observable *build_input(const struct stage *stage, weir_value expression);

/* Inputs, each owned. */
struct inputs {
	weir_observable **items;
	size_t count;
};

/* The array of expressions at `index`; with `first`, S stands before them. */
struct inputs operands(const struct stage *stage, size_t index);
struct inputs source_and_operands(const struct stage *stage, size_t index);

/* The members of an argument that is {key: S}, ended by one without key. */
struct weir_entry *entries(const struct stage *stage, size_t index);

/* The values from the member at `index` on; each owned. */
struct values arguments_from(const struct stage *stage, size_t index);

/* What `sources` declares under a name, borrowed; NULL, and the run fails, when there is none. */
struct named {
	struct named *next;
	weir_value name;
	weir_observable *observable;
	weir_subject *subject; /* NULL for other sources */
	bool is_async;
	bool is_closed;
	bool was_completed; /* by a step */
};

struct named *find_named(struct run *run, weir_value name);

/* The handle of what a connectable expression has built, borrowed; NULL, and the run fails, for another observable. */
weir_connectable *connectable_of(struct run *run, const weir_observable *observable);

/* --- Marbles and sources (marbles.c, sources.c) --- */

struct message {
	int64_t frame;
	char kind; /* N, E, C */
	weir_value value; /* borrowed; the error's text */
};

struct marbles {
	struct message *messages;
	size_t count;
};

/* FORMAT.md §3. `values` nil or a map, `error` nil or the text of an error. */
struct marbles marbles_parse(struct run *run, weir_value text, weir_value values, weir_value error);

/* How late a message is (see set_order()), not before the one in front of it, which was `late`. */
weir_duration message_lateness(const struct message *message, const struct message *previous, weir_duration late);

/* Messages that are queued like those of a hot source: in order of building, behind the driver's own entries. */
struct playback {
	struct playback *next;
	struct run *run;
	struct marbles marbles;
	void (*play)(const struct message *message, void *context);
	void *context;
};

void playback_add(struct run *run, struct marbles marbles, void (*play)(const struct message *message, void *context),
	void *context);
void playback_queue_all(struct run *run);

/* The recorded subscriptions, {name: [[from, to], …]}; owned. */
weir_value subscriptions_of(struct run *run);

/* ["Subject"], ["BehaviorSubject", v], …: owned; NULL for another expression. nil: a plain subject. */
weir_subject *subject_new(struct run *run, weir_value connector);

/* The same form as a connector; what it begins with is borrowed. (sharing.c) */
weir_connector connector_of(weir_value form);

/* --- Functions (functions.c): FORMAT.md §6 --- */

struct function {
	struct run *run;
	const struct function_type *type;
	weir_value argument; /* borrowed */
	const struct function *otherwise; /* of throwOn */
	size_t watched; /* of throwOn: which argument */
};

/* The member of the expression at `index` as a function; for a null one NULL. */
struct function *function(const struct stage *stage, size_t index);
struct function *accumulator(const struct stage *stage, size_t index);
struct function *combiner(const struct stage *stage, size_t index);
struct function *comparison(const struct stage *stage, size_t index);
/* The same of any value, also of one inside an argument. */
struct function *function_of(struct run *run, weir_value form);

/* x and its index (an int, or nil where FORMAT.md gives none) to the result, owned. */
weir_value apply(const struct function *function, weir_value x, weir_value index);

/* Whether the result depends on the index. */
bool uses_index(const struct function *function);

/* Callbacks; `context` is a struct function. Those without index call the function with nil. */
weir_value call_mapper(weir_value value, void *context);
weir_value call_mapper_indexed(weir_value value, uint64_t index, void *context);
int call_predicate(weir_value value, void *context);
int call_predicate_indexed(weir_value value, uint64_t index, void *context);
weir_value call_accumulator(weir_value accumulated, weir_value value, void *context);
weir_value call_accumulator_indexed(weir_value accumulated, weir_value value, uint64_t index, void *context);
weir_value call_combiner(const weir_value *values, size_t count, void *context);
int call_equality(weir_value left, weir_value right, void *context);
int call_comparator(weir_value left, weir_value right, void *context);
bool can_throw(const struct function *function);

/*
 * Operators of ours that give their function no index stand behind weir_with_index() when the function needs one, and get
 * pairs of value and index; without_index() takes the values out again.
 */
weir_observable *without_index(weir_observable *source);
int call_predicate_on_pair(weir_value pair, void *context);

/* --- Projections (projections.c): FORMAT.md §7, §8 --- */

struct projection {
	const struct scope *scope;
	const struct projection_type *type;
	weir_value form; /* borrowed */
	struct projection **parts; /* of seq and throwOn */
	size_t part_count;
	size_t calls; /* of seq */
	uint64_t earlier; /* of call_factory() */
	weir_observable *in; /* borrowed: what the callbacks below pass as `in` */
};

struct projection *projection(const struct stage *stage, size_t index);
struct projection *projection_of(const struct scope *scope, weir_value form);

/* Call it; `x` and `in` are borrowed, `in` may be NULL. Owned. */
weir_observable *project(struct projection *projection, weir_value x, weir_observable *in);
weir_observable *project_accumulated(struct projection *projection, weir_value accumulated, weir_value x);

/* Callbacks; `context` is a struct projection. */
weir_observable *call_project(weir_value value, void *context);
weir_observable *call_accumulating_project(weir_value accumulated, weir_value value, void *context);
weir_observable *call_error_handler(const weir_error *error, void *context); /* x is the error's name */
/* For a stage that asks inner observables by count, too: with the queue that RxJS has (see `asks_by_count`). */
weir_observable *call_project_queued(weir_value value, void *context);
/* The observable as a value; a throw is a value of kind error. */
weir_value call_project_to_value(weir_value value, void *context);
weir_observable *call_factory(void *context); /* x is the number of earlier calls */

/* The observables that come out of `source` (consumed), one of the flattenings of §8. Tags are indexes or groups' keys. */
weir_observable *flattened(const struct stage *stage, weir_observable *source, weir_value form);

/* --- Reports (report.c) --- */

void report_case(weir_value document, const struct outcome *outcome, bool verbose);

#endif

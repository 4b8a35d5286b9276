/* Creation functions: FORMAT.md §10. */
#include "vectors.h"

#include <errno.h>

static weir_observable *build_of(const struct stage *stage)
{
	struct values values = arguments_from(stage, 1);
	weir_observable *observable = weir_of(values.items, values.count);

	values.count = 0; /* consumed */
	values_free(&values);
	return observable;
}

static weir_observable *build_from(const struct stage *stage)
{
	return weir_from_array(weir_retain(argument(stage, 1)));
}

static weir_observable *build_range(const struct stage *stage)
{
	bool has_start = has_argument(stage, 2) && !weir_is_nil(argument(stage, 2));
	int64_t start = has_start ? weir_as_int(argument(stage, 1)) : 0;
	int64_t count = weir_as_int(argument(stage, has_start ? 2 : 1));

	return weir_range(start, count < 0 ? 0 : (uint64_t)count);
}

static weir_observable *build_empty(const struct stage *stage)
{
	(void)stage;
	return weir_empty();
}

static weir_observable *build_never(const struct stage *stage)
{
	(void)stage;
	return weir_never();
}

static weir_observable *build_throw_error(const struct stage *stage)
{
	return weir_throw_error(error_new(stage->run, argument(stage, 1)));
}

static weir_observable *build_timer(const struct stage *stage)
{
	if (!has_argument(stage, 2) || weir_is_nil(argument(stage, 2)))
		return weir_timer(frames(argument(stage, 1)));
	return weir_timer_periodic(frames(argument(stage, 1)), frames(argument(stage, 2)));
}

static weir_observable *build_interval(const struct stage *stage)
{
	return weir_interval(frames(argument(stage, 1)));
}

static weir_observable *build_pairs(const struct stage *stage)
{
	return weir_pairs(weir_retain(argument(stage, 1)));
}

/* Each value in a turn of its own; "queue": at once. */
static weir_observable *build_scheduled(const struct stage *stage)
{
	weir_observable *values = weir_from_array(weir_retain(argument(stage, 1)));

	return weir_is_string(argument(stage, 2), "queue") ? values : weir_observe_later(values, 0);
}

/* using */

struct usage {
	struct run *run;
	weir_value label; /* borrowed */
	weir_value mode; /* borrowed */
	weir_observable *used; /* borrowed */
};

/* RxJS loses the resource when the function that makes the observable throws; weir disposes of it. So a throw of either
 * function is one of this one. */
static weir_value create_resource(void *context)
{
	struct usage *self = context;
	bool is_made = !weir_is_string(self->mode, "resourceThrows");

	if (is_made)
		log_event(self->run, self->label, "create");
	if (!is_made || weir_is_string(self->mode, "observableThrows"))
		return error_failure(self->run, weir_string_static("boom"));
	return weir_nil();
}

static weir_observable *use_resource(weir_value resource, void *context)
{
	struct usage *self = context;

	(void)resource;
	return weir_ref(self->used);
}

static void dispose_of_resource(weir_value resource, void *context)
{
	struct usage *self = context;

	(void)resource;
	log_event(self->run, self->label, "dispose");
}

static weir_observable *build_using(const struct stage *stage)
{
	struct usage *self = run_allocate(stage->run, sizeof *self);
	weir_value used = argument(stage, 2);

	*self = (struct usage){ .run = stage->run,
		.label = run_keep(stage->run, weir_retain(argument(stage, 1))),
		.mode = run_keep(stage->run, weir_retain(argument(stage, 3))),
		.used = run_keep_observable(stage->run, weir_is_nil(used) ? weir_empty() : operand(stage, 2)) };
	return weir_using(create_resource, use_resource,
		weir_is_string(self->mode, "noResource") ? NULL : dispose_of_resource, self);
}

static weir_observable *build_defer(const struct stage *stage)
{
	return weir_defer(call_factory, projection(stage, 1));
}

static int always(weir_value value, void *context)
{
	(void)value;
	(void)context;
	return 1;
}

/* The three functions of generate; each may be NULL but the second. */
struct generator {
	struct function *condition, *iterate, *result;
};

static int generate_condition(weir_value state, void *context)
{
	return call_predicate(state, ((struct generator *)context)->condition);
}

static weir_value generate_iterate(weir_value state, void *context)
{
	return call_mapper(state, ((struct generator *)context)->iterate);
}

static weir_value generate_result(weir_value state, void *context)
{
	return call_mapper(state, ((struct generator *)context)->result);
}

static weir_observable *build_generate(const struct stage *stage)
{
	struct generator *self = run_allocate(stage->run, sizeof *self);

	self->condition = function(stage, 2);
	self->iterate = function(stage, 3);
	self->result = function(stage, 4);
	return weir_generate(weir_retain(argument(stage, 1)), self->condition == NULL ? always : generate_condition,
		generate_iterate, self->result == NULL ? NULL : generate_result, self);
}

struct choice {
	struct run *run;
	weir_value form; /* borrowed */
	bool was_first;
};

static int choose(void *context)
{
	struct choice *self = context;

	if (weir_is_string(self->form, "alternate"))
		return self->was_first = !self->was_first;
	if (weir_kind(self->form) == WEIR_KIND_MAP)
		return -error_code(self->run, weir_get(self->form, "throw"));
	return weir_is_string(self->form, "true");
}

static weir_observable *build_iif(const struct stage *stage)
{
	struct choice *self = run_allocate(stage->run, sizeof *self);
	weir_observable *then = operand(stage, 2);
	weir_observable *otherwise = operand(stage, 3);

	*self = (struct choice){ .run = stage->run, .form = run_keep(stage->run, weir_retain(argument(stage, 1))) };
	return weir_iif(choose, self, then, otherwise);
}

/* Events: an emitter of ours, whose handlers are emitters of weir's. */

struct event_target {
	struct run *run;
	weir_value label; /* borrowed */
	weir_emitter *handlers[64];
	size_t count;
};

static int add_handler(weir_emitter *handler, void *context)
{
	struct event_target *self = context;

	if (self->count == LENGTH_OF(self->handlers))
		return -ENOMEM;
	self->handlers[self->count++] = handler;
	log_event(self->run, self->label, "add");
	return 0;
}

static void remove_handler(weir_emitter *handler, void *context)
{
	struct event_target *self = context;
	size_t kept = 0;

	for (size_t i = 0; i < self->count; i++)
		if (self->handlers[i] != handler)
			self->handlers[kept++] = self->handlers[i];
	self->count = kept;
	log_event(self->run, self->label, "remove");
}

/* To the handlers that are there when the event happens; one that has been removed meanwhile ignores it. */
static void fire(const struct message *message, void *context)
{
	struct event_target *self = context;
	struct event_target now = *self;

	if (message->kind != 'N')
		return;
	for (size_t i = 0; i < now.count; i++)
		weir_emitter_ref(now.handlers[i]);
	for (size_t i = 0; i < now.count; i++) {
		if (weir_emitter_is_open(now.handlers[i]))
			weir_emitter_next(now.handlers[i], weir_retain(message->value));
		weir_emitter_unref(now.handlers[i]);
	}
}

static weir_observable *build_from_event(const struct stage *stage)
{
	struct event_target *self = run_allocate(stage->run, sizeof *self);
	struct function *mapper = function(stage, 3);
	weir_observable *events = weir_from_event_pattern(add_handler, remove_handler, self);

	self->run = stage->run;
	self->label = run_keep(stage->run, weir_retain(argument(stage, 1)));
	playback_add(stage->run, marbles_parse(stage->run, argument(stage, 2), weir_nil(), weir_nil()), fire, self);
	return mapper != NULL ? weir_map(events, call_mapper, mapper) : events;
}

/* Functions that answer by a callback. */

struct bound {
	struct run *run;
	weir_value label, form; /* borrowed */
	weir_promise *promise; /* held, while the answer is on its way */
	bool was_called; /* and threw */
};

static void answer(struct bound *self, weir_promise *promise)
{
	weir_value arguments = weir_get(self->form, "args");
	bool is_error = false;
	weir_value error = weir_get_value(self->form, run_keep(self->run, weir_string_static("err")), &is_error);

	if (is_error)
		weir_promise_reject(promise, error_new(self->run, error));
	else if (weir_length(arguments) <= 1)
		weir_promise_resolve(promise, weir_retain(weir_at(arguments, 0)));
	else
		weir_promise_resolve(promise, weir_retain(arguments));
}

static void answer_late(void *context)
{
	struct bound *self = context;

	answer(self, self->promise);
	weir_promise_unref(self->promise);
}

static int call_function(weir_promise *promise, void *context)
{
	struct bound *self = context;
	weir_value thrown = weir_get(self->form, "throw"), delay = weir_get(self->form, "delay");

	log_event(self->run, self->label, "call");
	if (!weir_is_nil(thrown))
		return -error_code(self->run, thrown);
	if (weir_is_nil(delay)) {
		answer(self, promise);
		return 0;
	}
	self->promise = weir_promise_ref(promise);
	run_at(self->run, frame_of(self->run) + weir_as_int(delay), lateness(), answer_late, self);
	return 0;
}

/* A call that throws: the first subscriber gets the error, later ones nothing. */
static weir_observable *call_once(void *context)
{
	struct bound *self = context;

	if (self->was_called)
		return weir_never();
	self->was_called = true;
	return weir_bind_callback(call_function, self);
}

static weir_observable *build_bind_callback(const struct stage *stage)
{
	struct bound *self = run_allocate(stage->run, sizeof *self);

	self->run = stage->run;
	self->label = run_keep(stage->run, weir_retain(argument(stage, 1)));
	self->form = run_keep(stage->run, weir_retain(argument(stage, 2)));
	if (!weir_is_nil(weir_get(self->form, "throw")))
		return weir_defer(call_once, self);
	return weir_bind_callback(call_function, self);
}

const struct operator_row creating_operators[] = {
	{ "bindCallback", build_bind_callback },
	{ "bindNodeCallback", build_bind_callback },
	{ "defer", build_defer },
	{ "empty", build_empty },
	{ "from", build_from },
	{ "fromEvent", build_from_event },
	{ "fromEventPattern", build_from_event },
	{ "generate", build_generate },
	{ "iif", build_iif },
	{ "interval", build_interval },
	{ "never", build_never },
	{ "of", build_of },
	{ "pairs", build_pairs },
	{ "range", build_range },
	{ "scheduled", build_scheduled },
	{ "throwError", build_throw_error },
	{ "timer", build_timer },
	{ "using", build_using },
	{ 0 },
};

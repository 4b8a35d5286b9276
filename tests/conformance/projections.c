/* Functions that return observables, and flattenings: FORMAT.md §7, §8. */
#include "vectors.h"

#include <stdio.h>

/* What a projection is called with. */
struct call {
	weir_value x;
	weir_observable *in; /* NULL: none */
	weir_value accumulated;
	weir_error **ret_thrown; /* NULL where a throw and an observable that fails are the same */
};

struct projection_type {
	const char *name;
	weir_observable *(*project)(struct projection *self, const struct call *call);
};

static bool is_int(weir_value value)
{
	return weir_kind(value) == WEIR_KIND_INT;
}

static int64_t number(weir_value value)
{
	return is_int(value) ? weir_as_int(value) : 0;
}

static struct run *run_of(const struct projection *self)
{
	return self->scope->run;
}

static weir_value sum(const struct call *call)
{
	return weir_int(number(call->accumulated) + number(call->x));
}

/* The argument of {"name": argument}. */
static weir_value argument_of(const struct projection *self)
{
	return weir_get(self->form, self->type->name);
}

/* The value that a mapper below replaces each item with. */
static weir_value constant(weir_value value, void *context)
{
	(void)value;
	return weir_retain(*(weir_value *)context);
}

/* `source` (consumed) with each value replaced by `value` (consumed). */
static weir_observable *as_constant(struct run *run, weir_observable *source, weir_value value)
{
	weir_value *kept = run_allocate(run, sizeof *kept);

	*kept = run_keep(run, value);
	return weir_map(source, constant, kept);
}

/* The forms */

#define FORM(name) static weir_observable *name(struct projection *self, const struct call *call)
#define UNUSED ((void)self, (void)call)

FORM(project_just)
{
	UNUSED;
	return weir_just(weir_retain(call->x));
}

FORM(project_of_times10)
{
	UNUSED;
	return weir_just(is_int(call->x) ? weir_int(weir_as_int(call->x) * 10) : weir_retain(call->x));
}

FORM(project_twice)
{
	weir_value next = is_int(call->x) ? weir_int(weir_as_int(call->x) + 1) : weir_retain(call->x);

	UNUSED;
	return weir_of((weir_value[]){ weir_retain(call->x), next }, 2);
}

FORM(project_empty)
{
	UNUSED;
	return weir_empty();
}

FORM(project_never)
{
	UNUSED;
	return weir_never();
}

/* The function is all right, the observable it makes fails: one that weir's operators cannot take for a failed callback. */
static weir_observable *fail_when_subscribed(void *error)
{
	return weir_throw_error(weir_error_ref(error));
}

static void unref_error(void *error)
{
	weir_error_unref(error);
}

static weir_observable *failing(struct run *run, weir_value text)
{
	weir_error *error = error_new(run, text);

	return weir_with_context(weir_defer(fail_when_subscribed, error), error, unref_error);
}

static weir_observable *named_observable(struct run *run, weir_value name)
{
	struct named *named = find_named(run, name);
	weir_value expression = weir_get_value(weir_get(run->document, "sources"), name, NULL);

	if (weir_is_string(weir_at(expression, 0), "throwError"))
		return failing(run, weir_at(expression, 1));
	return named == NULL ? weir_empty() : weir_ref(named->observable);
}

FORM(project_to)
{
	(void)call;
	return named_observable(run_of(self), argument_of(self));
}

FORM(project_cold_by_value)
{
	weir_value map = argument_of(self), name = weir_nil(), key;
	char digits[32];
	bool found = false;

	snprintf(digits, sizeof digits, "%lld", (long long)weir_as_int(call->x));
	key = is_int(call->x) ? weir_string(digits) : weir_retain(call->x);
	if (weir_kind(key) == WEIR_KIND_STR)
		name = weir_get_value(map, key, &found);
	weir_release(key);
	if (!found)
		name = weir_get(self->form, "else");
	return weir_is_nil(name) ? weir_empty() : named_observable(run_of(self), name);
}

FORM(project_err)
{
	(void)call;
	return failing(run_of(self), argument_of(self));
}

FORM(project_mk)
{
	struct run *run = run_of(self);
	struct scope *scope = run_allocate(run, sizeof *scope);
	weir_value expression = argument_of(self);

	if (weir_is_string(weir_at(expression, 0), "throwError"))
		return failing(run, weir_at(expression, 1));
	if (weir_is_string(weir_at(expression, 0), "ref"))
		return named_observable(run, weir_at(expression, 1));

	*scope = (struct scope){ run, run_keep(run, weir_retain(call->x)), self->scope->in };
	if (call->in != NULL)
		scope->in = run_keep_observable(run, weir_ref(call->in));
	return build(scope, expression);
}

FORM(project_timer_x)
{
	int64_t number_of_x = ((number(call->x) % 10) + 10) % 10;

	return weir_timer(frames(weir_int(number_of_x * weir_as_int(argument_of(self)))));
}

/* The function itself throws. */
static weir_observable *thrown(struct projection *self, const struct call *call, weir_value text)
{
	weir_error *error = error_new(run_of(self), text);

	if (call->ret_thrown == NULL)
		return weir_throw_error(error);
	*call->ret_thrown = error;
	return NULL;
}

FORM(project_throw)
{
	return thrown(self, call, argument_of(self));
}

FORM(project_throw_on)
{
	if (weir_equal(call->x, argument_of(self)))
		return thrown(self, call, weir_string_static("boom"));
	return self->parts[0]->type->project(self->parts[0], call);
}

FORM(project_expand)
{
	weir_value bounds = argument_of(self);
	weir_value next;

	if (!is_int(call->x) || weir_as_int(call->x) >= weir_as_int(weir_at(bounds, 0)))
		return weir_empty();
	next = weir_int(weir_as_int(call->x) + weir_as_int(weir_at(bounds, 1)));
	if (weir_as_int(weir_at(bounds, 2)) == 0)
		return weir_just(next);
	return as_constant(run_of(self), weir_timer(frames(weir_at(bounds, 2))), next);
}

FORM(project_seq)
{
	size_t turn = self->calls < self->part_count ? self->calls++ : self->part_count - 1;

	return self->parts[turn]->type->project(self->parts[turn], call);
}

FORM(project_acc_of)
{
	UNUSED;
	return weir_just(sum(call));
}

FORM(project_acc_delay)
{
	return as_constant(run_of(self), weir_timer(frames(argument_of(self))), sum(call));
}

static weir_value pick(weir_value index, void *context)
{
	return weir_retain(weir_at(*(weir_value *)context, (size_t)weir_as_int(index)));
}

FORM(project_acc_both)
{
	struct run *run = run_of(self);
	weir_value *both = run_allocate(run, sizeof *both);

	*both = run_keep(run, array_of(weir_retain(call->x), sum(call)));
	return weir_map(weir_take(weir_timer_periodic(lateness(), frames(argument_of(self))), 2), pick, both);
}

static const struct projection_type projection_types[] = {
	{ "accBoth", project_acc_both },
	{ "accDelay", project_acc_delay },
	{ "accOf", project_acc_of },
	{ "coldByValue", project_cold_by_value },
	{ "empty", project_empty },
	{ "err", project_err },
	{ "expand", project_expand },
	{ "just", project_just },
	{ "mk", project_mk },
	{ "never", project_never },
	{ "ofTimes10", project_of_times10 },
	{ "seq", project_seq },
	{ "throw", project_throw },
	{ "throwOn", project_throw_on },
	{ "timerX", project_timer_x },
	{ "to", project_to },
	{ "twice", project_twice },
};

/* From JSON */

static void parse_parts(struct projection *self)
{
	weir_value list = weir_get(self->form, "seq");
	struct weir_iterator iterator = weir_iterate(list);
	weir_value form;

	self->parts = run_allocate(run_of(self), (weir_length(list) + 1) * sizeof(struct projection *));
	if (self->type->project == project_throw_on)
		self->parts[self->part_count++] = projection_of(self->scope, weir_get(self->form, "else"));
	while (weir_iterator_next(&iterator, NULL, &form))
		self->parts[self->part_count++] = projection_of(self->scope, form);
}

struct projection *projection_of(const struct scope *scope, weir_value form)
{
	struct projection *self = run_allocate(scope->run, sizeof *self);
	char text[128];

	*self = (struct projection){ .scope = scope, .form = run_keep(scope->run, weir_retain(form)) };
	for (size_t i = 0; i < LENGTH_OF(projection_types) && self->type == NULL; i++) {
		const struct projection_type *type = &projection_types[i];
		bool found = weir_is_string(form, type->name);

		if (!found)
			weir_get_value(form, run_keep(scope->run, weir_string_static(type->name)), &found);
		if (found)
			self->type = type;
	}
	if (self->type == NULL) {
		weir_print(form, text, sizeof text);
		run_fail(scope->run, "the driver does not know the projection %s", text);
		self->type = &projection_types[4]; /* empty */
	}
	parse_parts(self);
	return self;
}

struct projection *projection(const struct stage *stage, size_t index)
{
	weir_value form = argument(stage, index);

	return weir_is_nil(form) ? NULL : projection_of(stage->scope, form);
}

/* Calls */

weir_observable *project(struct projection *projection, weir_value x, weir_observable *in)
{
	return projection->type->project(projection, &(struct call){ .x = x, .in = in });
}

weir_observable *project_accumulated(struct projection *projection, weir_value accumulated, weir_value x)
{
	return projection->type->project(
		projection, &(struct call){ .x = x, .in = projection->in, .accumulated = accumulated });
}

weir_observable *call_project(weir_value value, void *context)
{
	struct projection *self = context;

	return project(self, value, self->in);
}

weir_observable *call_accumulating_project(weir_value accumulated, weir_value value, void *context)
{
	return project_accumulated(context, accumulated, value);
}

weir_observable *call_error_handler(const weir_error *error, void *context)
{
	struct projection *self = context;
	weir_value name = error_name(run_of(self), error);
	weir_observable *result = project(self, name, self->in);

	weir_release(name);
	return result;
}

weir_observable *call_factory(void *context)
{
	struct projection *self = context;

	return project(self, weir_uint(self->earlier++), self->in);
}

weir_observable *call_project_queued(weir_value value, void *context)
{
	return weir_dematerialize(
		weir_on_overflow(weir_materialize(call_project(value, context)), WEIR_OVERFLOW_BUFFER, SIZE_MAX));
}

weir_value call_project_to_value(weir_value value, void *context)
{
	struct projection *self = context;
	weir_error *error = NULL;
	weir_observable *result =
		self->type->project(self, &(struct call){ .x = value, .in = self->in, .ret_thrown = &error });

	return error != NULL ? weir_error_value(error) : weir_observable_value(result);
}

/* Flattenings: items are [observable, tag] */

static weir_value tagged_pair(weir_value item, uint64_t index, void *context)
{
	weir_value key = weir_group_key(weir_as_observable(item));
	bool is_group = *(bool *)context;

	return array_of(weir_retain(item), is_group ? weir_retain(key) : weir_uint(index));
}

static weir_value with_tag(weir_value value, void *context)
{
	return array_of(weir_retain(*(weir_value *)context), weir_retain(value));
}

/* The inner observable as [tag, value] … */
static weir_observable *tagged(struct run *run, weir_observable *inner, weir_value tag)
{
	weir_value *kept = run_allocate(run, sizeof *kept);

	*kept = run_keep(run, weir_retain(tag));
	return weir_map(inner, with_tag, kept);
}

static weir_observable *inner_of(weir_value pair)
{
	return weir_ref(weir_as_observable(weir_at(pair, 0)));
}

static weir_observable *flatten_tag(weir_value pair, void *run)
{
	weir_value tag = weir_at(pair, 1);
	weir_value open = array_of(weir_string_static("open"), weir_retain(tag));
	weir_value close = array_of(weir_string_static("close"), weir_retain(tag));

	return weir_end_with(weir_start_with(tagged(run, inner_of(pair), tag), &open, 1), &close, 1);
}

static weir_observable *flatten_to_array(weir_value pair, void *run)
{
	return tagged(run, weir_to_array(inner_of(pair)), weir_at(pair, 1));
}

static weir_observable *flatten_count(weir_value pair, void *run)
{
	(void)run;
	return weir_count(inner_of(pair));
}

static weir_observable *flatten_take1(weir_value pair, void *run)
{
	return tagged(run, weir_take(inner_of(pair), 1), weir_at(pair, 1));
}

static weir_observable *flatten_by(const struct stage *stage, weir_observable *source, weir_value form)
{
	static const struct {
		const char *name;
		weir_project project;
	} by_tag[] = {
		{ "tag", flatten_tag },
		{ "toArray", flatten_to_array },
		{ "count", flatten_count },
		{ "take1", flatten_take1 },
	};
	bool *is_group = run_allocate(stage->run, sizeof *is_group);
	char text[64];

	*is_group = weir_is_string(argument(stage, 0), "groupBy");
	for (size_t i = 0; i < LENGTH_OF(by_tag); i++)
		if (weir_is_string(form, by_tag[i].name))
			return weir_merge_map(
				weir_map_indexed(source, tagged_pair, is_group), by_tag[i].project, stage->run, 0);
	if (weir_is_string(form, "concat"))
		return weir_concat_all(weir_on_overflow(source, WEIR_OVERFLOW_BUFFER, SIZE_MAX));
	if (weir_is_string(form, "switch"))
		return weir_switch_all(source);
	weir_print(form, text, sizeof text);
	run_fail(stage->run, "the driver does not know the flattening %s", text);
	weir_unref(source);
	return weir_empty();
}

/* What is pushed into inner observables cannot wait: a queue without bound stands behind, as behind any hot source. */
weir_observable *flattened(const struct stage *stage, weir_observable *source, weir_value form)
{
	return weir_on_overflow(flatten_by(stage, source, form), WEIR_OVERFLOW_BUFFER, SIZE_MAX);
}

/* Operators of FORMAT.md §11, Errors and repetition. */
#include "vectors.h"

static struct run *run_of(const struct projection *projection)
{
	return projection->scope->run;
}

static weir_observable *handle_again(const weir_error *error, weir_observable *caught, void *context)
{
	struct projection *self = context;
	weir_value name = error_name(run_of(self), error);
	weir_observable *handled = project(self, name, caught);

	weir_release(name);
	return handled;
}

static weir_observable *build_catch_error(const struct stage *stage)
{
	return weir_catch_error_again(source(stage), handle_again, projection(stage, 2));
}

/* The configuration of retry and repeat is a number, or a map; without a count there is no limit. */

static weir_value setting(const struct stage *stage, const char *name)
{
	weir_value config = argument(stage, 2);

	if (weir_kind(config) == WEIR_KIND_MAP)
		return weir_get(config, name);
	return weir_equal(weir_string_static(name), weir_string_static("count")) ? config : weir_nil();
}

static bool is_span(weir_value delay)
{
	return weir_kind(delay) == WEIR_KIND_INT;
}

/* A delay that is no number is a projection of the number of the retry, or of the runs finished. */
static struct projection *delay_projection(const struct stage *stage, weir_value delay)
{
	return weir_is_nil(delay) || is_span(delay) ? NULL : projection_of(stage->scope, delay);
}

/* A wait of no frames has a turn of its own; 0 would be no wait at all. */
static weir_duration wait_of(weir_value delay)
{
	if (!is_span(delay))
		return 0;
	return weir_as_int(delay) > 0 ? frames(delay) : 1;
}

static weir_observable *wait_for_retry(const weir_error *error, uint64_t attempt, void *context)
{
	(void)error;
	return project(context, weir_uint(attempt), NULL);
}

static weir_observable *build_retry(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_value count = setting(stage, "count");
	weir_value delay = setting(stage, "delay");
	struct projection *waiting = delay_projection(stage, delay);

	return weir_retry(
		input, &(weir_retry_options){ .max_attempts = weir_is_nil(count) ? 0 : (uint64_t)weir_as_int(count) + 1,
			       .initial_delay = wait_of(delay),
			       .factor = 1,
			       .reset_on_item = weir_as_bool(setting(stage, "resetOnSuccess")),
			       .max_retry_after = -1,
			       .wait_for = waiting != NULL ? wait_for_retry : NULL,
			       .context = waiting });
}

static weir_observable *wait_for_repeat(uint64_t completed, void *context)
{
	return project(context, weir_uint(completed), NULL);
}

static weir_observable *build_repeat(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_value count = setting(stage, "count");
	weir_value delay = setting(stage, "delay");
	struct projection *waiting = delay_projection(stage, delay);

	if (!weir_is_nil(count) && weir_as_int(count) <= 0)
		return weir_repeat(input, 0, 0);
	return weir_repeat_with(
		input, &(weir_repeat_options){ .count = weir_is_nil(count) ? 0 : (uint64_t)weir_as_int(count),
			       .delay = wait_of(delay),
			       .wait_for = waiting != NULL ? wait_for_repeat : NULL,
			       .context = waiting });
}

static weir_value error_as_text(weir_value notification, void *run)
{
	return error_name(run, weir_as_error(weir_get(notification, "error")));
}

static weir_observable *notify_of_errors(weir_observable *errors, void *context)
{
	struct projection *self = context;
	weir_observable *texts = weir_map(weir_ref(errors), error_as_text, run_of(self));
	weir_observable *notifier = project(self, weir_nil(), texts);

	weir_unref(texts);
	return notifier;
}

static weir_observable *build_retry_when(const struct stage *stage)
{
	return weir_retry_when(source(stage), notify_of_errors, projection(stage, 2));
}

static weir_observable *notify_of_completions(weir_observable *completions, void *context)
{
	return project(context, weir_nil(), completions);
}

static weir_observable *build_repeat_when(const struct stage *stage)
{
	return weir_repeat_when(source(stage), notify_of_completions, projection(stage, 2));
}

static weir_observable *build_on_error_resume_next(const struct stage *stage)
{
	struct inputs inputs = operands(stage, 1);

	return weir_on_error_resume_next(inputs.items, inputs.count);
}

static weir_observable *build_on_error_resume_next_with(const struct stage *stage)
{
	struct inputs inputs = source_and_operands(stage, 2);

	return weir_on_error_resume_next(inputs.items, inputs.count);
}

static weir_observable *build_throw_if_empty(const struct stage *stage)
{
	weir_observable *input = source(stage);
	weir_value error = argument(stage, 2);

	return weir_throw_if_empty(input, weir_is_nil(error) ? NULL : error_new(stage->run, error));
}

static weir_observable *build_default_if_empty(const struct stage *stage)
{
	return weir_default_if_empty(source(stage), weir_retain(argument(stage, 2)));
}

const struct operator_row recovering_operators[] = {
	{ "catchError", build_catch_error },
	{ "defaultIfEmpty", build_default_if_empty },
	{ "onErrorResumeNext", build_on_error_resume_next },
	{ "onErrorResumeNextWith", build_on_error_resume_next_with },
	{ "repeat", build_repeat },
	{ "repeatWhen", build_repeat_when },
	{ "retry", build_retry },
	{ "retryWhen", build_retry_when },
	{ "throwIfEmpty", build_throw_if_empty },
	{ 0 },
};

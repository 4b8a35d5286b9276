/* retry: subscribe to the source again when it fails. See weir/recovering.h. */
#include <weir/loop.h>
#include <weir/operator.h>
#include <weir/recovering.h>

#include "kit/backoff.h"
#include "kit/rerun.h"

struct retry_config {
	weir_observable *source;
	struct weir_retry_options options;
};

struct retry {
	struct weir_rerun rerun;
	struct weir_backoff backoff;
	uint64_t failures; /* in a row */
	weir_time first_item_at; /* of this attempt */
	bool has_item;
};

static weir_time retry_now(const struct retry *self)
{
	return weir_loop_now(weir_node_loop(&self->rerun.node));
}

static bool retry_was_healthy(const struct retry *self, const struct weir_retry_options *options)
{
	return self->has_item &&
	       (options->reset_on_item ||
		       (options->reset_after > 0 && retry_now(self) - self->first_item_at >= options->reset_after));
}

static weir_duration retry_delay(struct retry *self, const struct weir_retry_options *options, const weir_error *error)
{
	weir_duration delay = weir_backoff_next(&self->backoff, options, self->failures);
	weir_duration most = options->max_retry_after != 0 ? options->max_retry_after : weir_minutes(60);
	weir_duration hint = weir_error_retry_after(error);

	if (hint > most)
		hint = most;
	if (hint > delay)
		delay = hint;
	return options->delay_for != NULL ? options->delay_for(error, self->failures, delay, options->context) : delay;
}

static void retry_on_error(struct weir_inner *run, weir_error *error)
{
	struct retry *self = WEIR_CONTAINER_OF(run, struct retry, rerun.run);
	const struct weir_retry_options *options = &((const struct retry_config *)run->owner->config)->options;
	int verdict = 1;

	if (retry_was_healthy(self, options))
		self->failures = 0;
	self->has_item = false;
	self->failures++;
	if (options->max_attempts > 0 && self->failures >= options->max_attempts)
		verdict = 0;
	else if (options->should_retry != NULL)
		verdict = options->should_retry(error, self->failures, options->context);
	if (verdict == 0) {
		weir_emit_error(run->owner, error);
		return;
	}
	if (verdict < 0) {
		weir_emit_failed_value(run->owner,
			weir_error_value(weir_error_wrap(error, -verdict, "the decision whether to retry failed")));
		return;
	}

	weir_duration delay = retry_delay(self, options, error);
	weir_observable *signal = NULL;

	if (options->on_retry != NULL)
		options->on_retry(error, self->failures, delay, options->context);
	if (options->wait_for != NULL)
		signal = options->wait_for(error, self->failures, options->context);
	weir_error_unref(error);
	if (options->wait_for != NULL)
		weir_rerun_when(&self->rerun, signal);
	else
		weir_rerun_after(&self->rerun, delay, options->wake);
}

static void retry_on_item(struct weir_inner *run, weir_value value)
{
	struct retry *self = WEIR_CONTAINER_OF(run, struct retry, rerun.run);

	if (!self->has_item)
		self->first_item_at = retry_now(self);
	self->has_item = true;
	weir_emit_next(run->owner, value);
}

static const struct weir_inner_class retry_run = {
	.next = retry_on_item,
	.complete = weir_inner_complete_owner,
	.error = retry_on_error,
};

static void retry_start(struct weir_node *node)
{
	struct retry *self = WEIR_CONTAINER_OF(node, struct retry, rerun.node);
	const struct retry_config *config = node->config;

	weir_backoff_init(&self->backoff, &config->options);
	weir_rerun_init(&self->rerun, node, config->source, &retry_run);
}

static const struct weir_node_class retry_class = {
	.name = "retry",
	.size = sizeof(struct retry),
	.config_size = sizeof(struct retry_config),
	.demand = WEIR_DEMAND_COUNTED,
	.start = retry_start,
	.request = weir_rerun_request,
	.config_holds = { WEIR_HOLDS_OBSERVABLE(struct retry_config, source),
		WEIR_HOLDS_OBSERVABLE(struct retry_config, options.wake) },
};

weir_observable *weir_retry(weir_observable *source, const struct weir_retry_options *options)
{
	struct retry_config config = { .source = source };

	if (options != NULL)
		config.options = *options;

	const char *fault = source == NULL ? "the source is NULL" : weir_backoff_check(&config.options);

	if (fault == NULL)
		return weir_create_source(&retry_class, &config);
	weir_unref(config.options.wake);
	return weir_reject(source, "retry", "%s", fault);
}

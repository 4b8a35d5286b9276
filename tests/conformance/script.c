/* Scripted cases: FORMAT.md §12. */
#include "vectors.h"

struct step {
	struct run *run;
	weir_value form; /* [frame, action, …], borrowed */
	struct consumer *consumer; /* of sub and unsub */
};

static void log_thrown(struct run *run, weir_value name)
{
	log_items(run, (weir_value[]){ weir_string_static("threw"), name }, 2);
}

/*
 * A push on a subject that has been closed throws; one after its end does nothing. An AsyncSubject that is closed ignores
 * values, and a completion that is not its first.
 */
static void check_push(struct step *step, const struct named *named, bool is_ignored, int result)
{
	if (result == -WEIR_ECLOSED && named->is_closed && !(named->is_async && is_ignored))
		log_thrown(step->run, weir_string_static("ObjectUnsubscribedError"));
}

/* The closed subject that the case subscribes to with nothing in between, or NULL. */
static const struct named *closed_subject(struct run *run)
{
	weir_value expression = weir_get(run->document, "expr");
	const struct named *named =
		weir_is_string(weir_at(expression, 0), "ref") ? find_named(run, weir_at(expression, 1)) : NULL;

	return named != NULL && named->is_closed ? named : NULL;
}

/* What the library reports to the subscriber of a closed subject is what RxJS throws out of the call. */
static void step_subscribe(struct step *step)
{
	struct values *events = &step->consumer->events;
	size_t before = events->count;

	consumer_subscribe(step->consumer, step->run->subject_under_test);
	if (closed_subject(step->run) == NULL || events->count != before + 1 ||
		!weir_is_string(weir_at(events->items[before], 1), "E"))
		return;
	log_thrown(step->run, weir_retain(weir_at(events->items[before], 2)));
	weir_release(events->items[--events->count]);
}

static void step_unsubscribe(struct step *step)
{
	weir_cancel(step->consumer->subscription);
}

static void step_next(struct step *step)
{
	struct named *named = find_named(step->run, weir_at(step->form, 2));

	if (named != NULL)
		check_push(step, named, true, weir_subject_next(named->subject, weir_retain(weir_at(step->form, 3))));
}

static void step_error(struct step *step)
{
	struct named *named = find_named(step->run, weir_at(step->form, 2));

	if (named != NULL)
		check_push(step, named, false,
			weir_subject_error(named->subject, error_new(step->run, weir_at(step->form, 3))));
}

static void step_complete(struct step *step)
{
	struct named *named = find_named(step->run, weir_at(step->form, 2));

	if (named == NULL)
		return;
	check_push(step, named, named->was_completed, weir_subject_complete(named->subject));
	named->was_completed = true;
}

static void step_close(struct step *step)
{
	struct named *named = find_named(step->run, weir_at(step->form, 2));

	if (named == NULL)
		return;
	weir_subject_close(named->subject);
	named->is_closed = true;
}

static void step_connect(struct step *step)
{
	weir_connectable_connect(connectable_of(step->run, step->run->subject_under_test), step->run->loop);
}

static void step_disconnect(struct step *step)
{
	weir_connectable_disconnect(connectable_of(step->run, step->run->subject_under_test));
}

static void step_value(struct step *step)
{
	struct named *named = find_named(step->run, weir_at(step->form, 2));
	weir_value value = named == NULL ? weir_nil() : weir_subject_value(named->subject);

	if (weir_is_error(value))
		log_thrown(step->run, error_name(step->run, weir_as_error(value)));
	else
		log_items(step->run, (weir_value[]){ weir_string_static("value"), weir_retain(value) }, 2);
	weir_release(value);
}

static const struct {
	const char *name;
	void (*run)(struct step *step);
} actions[] = {
	{ "close", step_close },
	{ "complete", step_complete },
	{ "connect", step_connect },
	{ "disconnect", step_disconnect },
	{ "error", step_error },
	{ "next", step_next },
	{ "sub", step_subscribe },
	{ "unsub", step_unsubscribe },
	{ "value", step_value },
};

static void run_step(void *context)
{
	struct step *step = context;
	weir_value name = weir_at(step->form, 1);
	char text[64];

	for (size_t i = 0; i < LENGTH_OF(actions); i++)
		if (weir_is_string(name, actions[i].name)) {
			actions[i].run(step);
			return;
		}
	weir_copy_string(name, text, sizeof text);
	run_fail(step->run, "the driver does not know the step %s", text);
}

static struct consumer *consumer_called(struct run *run, weir_value name)
{
	struct consumer *consumer = run->consumers;

	while (consumer != NULL && !weir_equal(consumer->name, name))
		consumer = consumer->next;
	return consumer != NULL ? consumer : consumer_new(run, run_keep(run, weir_retain(name)));
}

void script_queue(struct run *run)
{
	struct weir_iterator iterator = weir_iterate(weir_get(run->document, "steps"));
	weir_value form;

	while (weir_iterator_next(&iterator, NULL, &form)) {
		struct step *step = run_allocate(run, sizeof *step);

		*step = (struct step){ .run = run, .form = form };
		if (weir_is_string(weir_at(form, 1), "sub") || weir_is_string(weir_at(form, 1), "unsub"))
			step->consumer = consumer_called(run, weir_at(form, 2));
		run_at(run, weir_as_int(weir_at(form, 0)), 0, run_step, step);
	}
}

weir_value script_received(struct run *run)
{
	struct weir_member members[64];
	size_t count = 0;

	for (struct consumer *consumer = run->consumers; consumer != NULL && count < LENGTH_OF(members);
		consumer = consumer->next)
		members[count++] = (struct weir_member){ weir_retain(consumer->name), values_take(&consumer->events) };
	return weir_make_map(members, count);
}

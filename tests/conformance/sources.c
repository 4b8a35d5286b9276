/* Cold and hot sources, references, subjects: FORMAT.md §3, §10, §12. */
#include "vectors.h"

struct source {
	struct source *next; /* in order of building */
	struct run *run;
	weir_value name; /* borrowed */
	struct marbles marbles;
	weir_subject *subject; /* of a hot one */
	struct visit *visits, **visits_end;
};

/* One subscription to a source; of a cold one with its own replay. */
struct visit {
	struct visit *next;
	struct source *source;
	int64_t from, to; /* to: -1 while it lasts */
	weir_emitter *emitter;
	struct cold_message *replay;
};

struct cold_message {
	struct weir_timer timer;
	struct visit *visit;
	const struct message *message;
};

static struct source *source_new(const struct stage *stage)
{
	struct run *run = stage->run;
	struct source *source = run_allocate(run, sizeof *source);
	struct source **end = &run->sources;

	*source = (struct source){ .run = run, .name = run_keep(run, weir_retain(argument(stage, 1))) };
	source->marbles = marbles_parse(run, argument(stage, 2), argument(stage, 3), argument(stage, 4));
	source->visits_end = &source->visits;
	while (*end != NULL)
		end = &(*end)->next;
	*end = source;
	return source;
}

static struct visit *visit_begin(struct source *source)
{
	struct visit *visit = run_allocate(source->run, sizeof *visit);

	count_event(source->run);

	*visit = (struct visit){ .source = source, .from = frame_of(source->run), .to = -1 };
	*source->visits_end = visit;
	source->visits_end = &visit->next;
	return visit;
}

static void visit_end(struct visit *visit)
{
	if (!visit->source->run->is_over)
		visit->to = frame_of(visit->source->run);
}

weir_value subscriptions_of(struct run *run)
{
	struct weir_member members[64];
	size_t count = 0;

	for (struct source *source = run->sources; source != NULL && count < LENGTH_OF(members);
		source = source->next) {
		struct values spans = { 0 };

		for (struct visit *visit = source->visits; visit != NULL; visit = visit->next)
			values_add(&spans,
				array_of(weir_int(visit->from), visit->to < 0 ? weir_nil() : weir_int(visit->to)));
		members[count++] = (struct weir_member){ weir_retain(source->name), values_take(&spans) };
	}
	return weir_make_map(members, count);
}

/* Cold: all messages are queued at the subscription. */

static void cold_play(struct weir_timer *timer)
{
	struct cold_message *self = timer->context;
	weir_emitter *emitter = self->visit->emitter;

	if (self->message->kind == 'N')
		weir_emitter_next(emitter, weir_retain(self->message->value));
	else if (self->message->kind == 'E')
		weir_emitter_error(emitter, error_new(self->visit->source->run, self->message->value));
	else
		weir_emitter_complete(emitter);
}

static void cold_release(void *context)
{
	struct visit *visit = context;

	for (size_t i = 0; i < visit->source->marbles.count; i++)
		weir_timer_stop(&visit->replay[i].timer);
	visit_end(visit);
}

static int cold_subscribe(weir_emitter *emitter, void *context)
{
	struct source *source = context;
	struct visit *visit = visit_begin(source);
	weir_duration late = 0;

	visit->emitter = emitter;
	visit->replay = run_allocate(source->run, source->marbles.count * sizeof *visit->replay);
	for (size_t i = 0; i < source->marbles.count; i++) {
		struct cold_message *self = &visit->replay[i];

		self->visit = visit;
		self->message = &source->marbles.messages[i];
		weir_timer_init_on(&self->timer, source->run->loop, cold_play);
		self->timer.context = self;
		late = message_lateness(self->message, i == 0 ? NULL : self->message - 1, late);
		weir_timer_start(&self->timer, weir_ms(self->message->frame) + late);
	}
	weir_emitter_on_end(emitter, cold_release, visit);
	return 0;
}

static weir_observable *build_cold(const struct stage *stage)
{
	return weir_create(cold_subscribe, source_new(stage));
}

/* Hot: a subject. */

static void hot_play(const struct message *message, void *context)
{
	struct source *source = context;

	if (message->kind == 'N')
		weir_subject_next(source->subject, weir_retain(message->value));
	else if (message->kind == 'E')
		weir_subject_error(source->subject, error_new(source->run, message->value));
	else
		weir_subject_complete(source->subject);
}

static void hot_release(enum weir_end end, void *context)
{
	(void)end;
	visit_end(context);
}

static weir_observable *hot_subscribe(void *context)
{
	struct source *source = context;

	return weir_finalize(weir_subject_observable(source->subject), hot_release, visit_begin(source));
}

static void unref_subject(void *context)
{
	struct source *source = context;

	weir_subject_unref(source->subject);
}

static weir_observable *build_hot(const struct stage *stage)
{
	struct source *source = source_new(stage);

	source->subject = weir_subject_new();
	playback_add(stage->run, source->marbles, hot_play, source);
	return run_keep_observable(
		stage->run, weir_ref(weir_with_context(weir_defer(hot_subscribe, source), source, unref_subject)));
}

/* References */

static weir_observable *build_ref(const struct stage *stage)
{
	struct named *named = find_named(stage->run, argument(stage, 1));

	return named == NULL ? weir_empty() : weir_ref(named->observable);
}

static weir_observable *build_in(const struct stage *stage)
{
	if (stage->scope->in != NULL)
		return weir_ref(stage->scope->in);
	run_fail(stage->run, "[\"in\"] stands where there is none");
	return weir_empty();
}

static weir_observable *build_x(const struct stage *stage)
{
	return weir_just(weir_retain(stage->scope->x));
}

/* Subjects */

weir_subject *subject_new(struct run *run, weir_value connector)
{
	weir_value kind = weir_at(connector, 0), count = weir_at(connector, 1), window = weir_at(connector, 2);

	if (weir_is_nil(connector) || weir_is_string(kind, "Subject"))
		return weir_subject_new();
	if (weir_is_string(kind, "BehaviorSubject"))
		return weir_behavior_subject_new(weir_retain(count));
	if (weir_is_string(kind, "AsyncSubject"))
		return weir_async_subject_new();
	if (!weir_is_string(kind, "ReplaySubject"))
		return NULL;
	return weir_replay_subject_new(
		&(weir_replay_subject_options){ .count = weir_is_nil(count) ? SIZE_MAX : (size_t)weir_as_int(count),
			.window = weir_is_nil(window) ? 0 : frames(window),
			.loop = run->loop });
}

const struct operator_row source_operators[] = {
	{ "cold", build_cold },
	{ "hot", build_hot },
	{ "in", build_in },
	{ "ref", build_ref },
	{ "x", build_x },
	{ 0 },
};

/* What the kinds of subject share. See weir/subject.h and kit/subject.h. */
#include "kit/subject.h"

#include <errno.h>

#include "base/allocator.h"
#include "core/block.h"
#include "core/loop.h"

static void subject_destroy(struct weir_hub *hub)
{
	weir_subject *subject = WEIR_CONTAINER_OF(hub, weir_subject, hub);

	weir_error_unref(subject->failure);
	weir_hub_finish(hub);
	weir_deallocate(subject);
}

static const struct weir_hub_class subject_hub = {
	.destroy = subject_destroy,
};

weir_subject *weir_subject_make(const struct weir_node_class *listener_class, const struct weir_hub_options *options)
{
	weir_subject *subject = weir_allocate(sizeof *subject);

	if (subject == NULL)
		return NULL;
	*subject = (weir_subject){ .handles = 1, .listener_class = listener_class };
	weir_hub_init(&subject->hub, &subject_hub, options);
	return subject;
}

weir_subject *weir_subject_ref(weir_subject *subject)
{
	if (subject != NULL)
		__atomic_fetch_add(&subject->handles, 1, __ATOMIC_RELAXED);
	return subject;
}

void weir_subject_unref(weir_subject *subject)
{
	if (subject == NULL || __atomic_fetch_sub(&subject->handles, 1, __ATOMIC_ACQ_REL) > 1)
		return;
	if (!(subject->hub.flags & WEIR_HUB_CLOSING) && subject->hub.references > 1)
		weir_hub_error(
			&subject->hub, weir_error_new(WEIR_ECLOSED, "the subject was released before it had ended"));
	weir_hub_unref(&subject->hub);
}

/* Debug builds: abort when a subject is used beside the loop its listeners run on. */
static void check_thread(const weir_subject *subject, const char *function)
{
	(void)function;
	if (subject->hub.listener_count > 0)
		weir_loop_check_thread(WEIR_CONTAINER_OF(subject->hub.listeners.next, struct weir_listener, link)
					       ->node.subscription->loop,
			function);
}

static int next_special(weir_subject *subject, weir_value value)
{
	if (subject == NULL) {
		weir_release(value);
		return -EINVAL;
	}
	if (weir_is_error(value))
		return weir_subject_error(subject, weir_as_error(value));
	check_thread(subject, "weir_subject_next");
	return weir_hub_push(&subject->hub, value);
}

int weir_subject_next(weir_subject *subject, weir_value value)
{
	if (WEIR_UNLIKELY(subject == NULL || subject->hub.flags != 0 || weir_is_error(value)))
		return next_special(subject, value);
	check_thread(subject, "weir_subject_next");
	return weir_hub_next(&subject->hub, value);
}

int weir_subject_next_batch(weir_subject *subject, const weir_value *values, size_t count)
{
	bool plain = subject != NULL;
	int result = 0;

	for (size_t index = 0; plain && index < count; index++)
		plain = !weir_is_error(values[index]);
	if (plain) {
		check_thread(subject, "weir_subject_next_batch");
		return weir_hub_next_batch(&subject->hub, values, count);
	}
	weir_subject_ref(subject);
	for (size_t index = 0; index < count; index++) {
		int pushed = weir_subject_next(subject, values[index]);

		if (pushed < 0)
			result = pushed;
	}
	weir_subject_unref(subject);
	return result;
}

int weir_subject_error(weir_subject *subject, weir_error *error)
{
	if (subject == NULL) {
		weir_error_unref(error);
		return -EINVAL;
	}
	check_thread(subject, "weir_subject_error");
	return weir_hub_error(&subject->hub, error);
}

int weir_subject_complete(weir_subject *subject)
{
	if (subject == NULL)
		return -EINVAL;
	check_thread(subject, "weir_subject_complete");
	return weir_hub_complete(&subject->hub);
}

void weir_subject_close(weir_subject *subject)
{
	if (subject == NULL)
		return;
	check_thread(subject, "weir_subject_close");
	if (subject->failure == NULL && subject->hub.error != NULL)
		subject->failure = weir_error_ref(subject->hub.error);
	weir_hub_close(&subject->hub);
}

weir_observable *weir_subject_observable(weir_subject *subject)
{
	if (subject == NULL)
		return weir_reject(NULL, "subject", "the subject is NULL: there was no memory to make it");
	return weir_hub_observable(&subject->hub, subject->listener_class);
}

weir_value weir_subject_value(const weir_subject *subject)
{
	if (subject == NULL)
		return weir_fail(EINVAL, "the subject is NULL");
	if (subject->hub.error != NULL)
		return weir_error_value(
			weir_error_ref(subject->failure != NULL ? subject->failure : subject->hub.error));
	return subject->hub.options.is_state ? weir_retain(weir_hub_newest(&subject->hub)) : weir_nil();
}

size_t weir_subject_listener_count(const weir_subject *subject)
{
	return subject != NULL ? subject->hub.listener_count : 0;
}

/* From other threads */

enum posted_signal {
	POSTED_NEXT,
	POSTED_ERROR,
	POSTED_COMPLETE,
};

struct posted {
	weir_subject *subject; /* a handle */
	weir_loop *loop;
	enum posted_signal signal;
	weir_value value; /* or the error */
};

static void posted_drop(void *context)
{
	struct posted *posted = context;

	weir_loop_report_dropped(posted->loop, posted->subject->listener_class->name, posted->value);
	weir_release(posted->value);
	weir_subject_unref(posted->subject);
	weir_deallocate(posted);
}

static void posted_work(void *context)
{
	struct posted *posted = context;
	weir_subject *subject = posted->subject;

	if (posted->signal != POSTED_COMPLETE && (subject->hub.flags & WEIR_HUB_CLOSING)) {
		posted_drop(posted);
		return;
	}
	if (posted->signal == POSTED_COMPLETE)
		weir_subject_complete(subject);
	else
		weir_subject_next(subject, posted->value);
	weir_subject_unref(subject);
	weir_deallocate(posted);
}

static void posted_cancelled(void *context)
{
	struct posted *posted = context;

	if (posted->signal != POSTED_COMPLETE) {
		posted_drop(posted);
		return;
	}
	weir_subject_unref(posted->subject);
	weir_deallocate(posted);
}

static int post(weir_subject *subject, weir_loop *loop, enum posted_signal signal, weir_value value)
{
	struct posted *posted = subject != NULL ? weir_allocate(sizeof *posted) : NULL;

	if (posted == NULL) {
		weir_release(value);
		return subject == NULL ? -EINVAL : -ENOMEM;
	}
	weir_value_share(value);
	*posted = (struct posted){ weir_subject_ref(subject), loop, signal, value };

	int result = weir_loop_post_or_drop(loop, posted_work, posted_cancelled, posted);

	if (result < 0) {
		weir_release(value);
		__atomic_fetch_sub(&subject->handles, 1, __ATOMIC_RELEASE); /* the caller's own is left */
		weir_deallocate(posted);
	}
	return result;
}

int weir_subject_next_from_any_thread(weir_subject *subject, weir_loop *loop, weir_value value)
{
	return post(subject, loop, POSTED_NEXT, value);
}

int weir_subject_error_from_any_thread(weir_subject *subject, weir_loop *loop, weir_error *error)
{
	return post(subject, loop, POSTED_ERROR, weir_error_value(error));
}

int weir_subject_complete_from_any_thread(weir_subject *subject, weir_loop *loop)
{
	return post(subject, loop, POSTED_COMPLETE, weir_nil());
}

static void posted_unref(void *subject)
{
	weir_subject_unref(subject);
}

int weir_subject_unref_from_any_thread(weir_subject *subject, weir_loop *loop)
{
	return subject != NULL ? weir_loop_post_or_drop(loop, posted_unref, posted_unref, subject) : 0;
}

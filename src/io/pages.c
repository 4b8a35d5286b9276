/* weir_pages: every item behind a paginated API. See weir/pages.h. */
#include <errno.h>
#include <string.h>

#include <weir/operator.h>
#include <weir/pages.h>

#include "base/allocator.h"
#include "io/page_plan.h"
#include "kit/inner.h"

/* A page that has come. */
struct page {
	weir_value value; /* nil: none */
	struct weir_page_place place;
	struct weir_iterator items;
	uint64_t count;
	uint64_t emitted;
};

struct pages {
	struct weir_node node;
	struct weir_inner request;
	bool is_running;
	struct page current;
	struct page ahead; /* asked for before `current` was used up */
	struct weir_page_place next; /* to be requested; `url` NULL: there is none */
	bool is_last; /* no page follows the one requested last */
	bool has_answered;
	weir_value failure; /* of the request or the page ahead; nil: none */
	uint64_t skip; /* items of the first page that were emitted in another life */
	uint64_t page_count;
	uint64_t item_count;
	uint64_t repeats;
	char *landmark; /* a URL that was there: Brent's way to find a circle without keeping all of it */
	uint64_t landmark_distance;
};

static void pages_run(struct pages *self);

static struct pages *pages_of(struct weir_node *node)
{
	return WEIR_CONTAINER_OF(node, struct pages, node);
}

static void page_finish(struct page *page)
{
	weir_release(page->value);
	weir_deallocate(page->place.url);
	*page = (struct page){ 0 };
}

static void pages_fail(struct pages *self, weir_value failure)
{
	weir_release(self->failure);
	self->failure = failure;
	self->is_last = true;
}

/* Guards. */

/* Whether `url` was there already. */
static bool pages_is_repeated(struct pages *self, const char *url, const char *from)
{
	size_t size = strlen(url) + 1;

	if (strcmp(url, from) == 0 || (self->landmark != NULL && strcmp(url, self->landmark) == 0))
		return true;
	/* At every power of two the landmark moves up. */
	if ((self->page_count & (self->page_count - 1)) == 0) {
		char *landmark = weir_allocate(size);

		if (landmark != NULL) {
			weir_deallocate(self->landmark);
			self->landmark = memcpy(landmark, url, size);
		}
	}
	return false;
}

/* Consumes `next`. */
static void pages_set_next(struct pages *self, struct weir_page_place next, const char *from)
{
	const struct weir_page_plan *plan = self->node.config;
	const struct weir_pages_options *options = &plan->options;

	self->is_last = false;
	if (pages_is_repeated(self, next.url, from)) {
		self->repeats++;
		if (options->repeat == WEIR_REPEAT_ENDS) {
			self->is_last = true;
		} else if (options->repeat == WEIR_REPEAT_FAILS ||
			   (options->allowed_repeats > 0 && self->repeats > options->allowed_repeats)) {
			pages_fail(
				self, weir_fail(WEIR_ELIMIT, "the pages go round in a circle, back to %s", next.url));
		}
	}
	if (!self->is_last && options->max_pages > 0 && self->page_count >= options->max_pages)
		pages_fail(self, weir_fail(WEIR_ELIMIT, "there are more than %llu pages",
					 (unsigned long long)options->max_pages));
	if (self->is_last)
		weir_deallocate(next.url);
	else
		self->next = next;
}

/* The request. */

static void pages_take(struct pages *self, weir_value answer)
{
	const struct weir_page_plan *plan = self->node.config;
	struct page page = { .value = weir_page_read(plan, answer, self->page_count + 1), .place = self->next };
	struct weir_page_place next;
	weir_value error = weir_nil();

	self->next = (struct weir_page_place){ 0 };
	self->page_count++;
	if (weir_is_error(page.value)) {
		pages_fail(self, page.value);
		page.value = weir_nil();
		page_finish(&page);
		return;
	}
	if (!plan->options.emits_pages) {
		weir_value items = weir_get(page.value, "items");

		page.items = weir_iterate(items);
		page.count = weir_length(items);
	} else {
		page.count = 1;
	}
	for (; self->skip > 0 && page.emitted < page.count; self->skip--, page.emitted++)
		if (!plan->options.emits_pages)
			weir_iterator_next(&page.items, NULL, NULL);
	self->skip = 0;

	int found = weir_page_next(plan, &page.place, page.value, &next, &error);

	self->is_last = true;
	if (found < 0)
		pages_fail(self, error);
	else if (found > 0)
		pages_set_next(self, next, page.place.url);
	if (weir_is_nil(self->current.value))
		self->current = page;
	else
		self->ahead = page;
}

static void pages_on_answer(struct weir_inner *inner, weir_value answer)
{
	struct pages *self = WEIR_CONTAINER_OF(inner, struct pages, request);

	self->has_answered = true;
	pages_take(self, answer);
	weir_release(answer);
}

static void pages_on_error(struct weir_inner *inner, weir_error *error)
{
	struct pages *self = WEIR_CONTAINER_OF(inner, struct pages, request);
	const struct weir_page_plan *plan = self->node.config;
	int end_status = plan->options.end_status;

	if (end_status != 0 && weir_error_code(error) == WEIR_EHTTP && weir_error_status(error) == end_status) {
		weir_error_unref(error);
		self->is_last = true;
	} else {
		pages_fail(self, weir_error_value(error));
	}
	pages_run(self);
}

static void pages_on_completed(struct weir_inner *inner)
{
	struct pages *self = WEIR_CONTAINER_OF(inner, struct pages, request);

	if (!self->has_answered)
		pages_fail(self, weir_fail(WEIR_ERATE, "the limiter refused the request for %s", self->next.url));
	pages_run(self);
}

static const struct weir_inner_class pages_request_class = {
	.demand = WEIR_INNER_UNBOUNDED,
	.next = pages_on_answer,
	.error = pages_on_error,
	.completed = pages_on_completed,
};

static void pages_ask(struct pages *self)
{
	const struct weir_page_plan *plan = self->node.config;

	self->has_answered = false;
	weir_inner_switch_to(&self->request,
		weir_page_request(weir_page_request_of(plan, self->next.url), WEIR_FETCH_ACCEPTS_200, &plan->policy));
}

static bool pages_can_ask(const struct pages *self)
{
	return !self->is_last && !weir_inner_is_active(&self->request) && self->next.url != NULL &&
	       weir_is_nil(self->ahead.value);
}

/* Emission. */

static void pages_emit_one(struct pages *self)
{
	const struct weir_page_plan *plan = self->node.config;
	struct page *page = &self->current;
	weir_value item = page->value;

	if (!plan->options.emits_pages)
		weir_iterator_next(&page->items, NULL, &item);
	if (plan->options.max_items > 0 && self->item_count == plan->options.max_items) {
		weir_emit_failure(&self->node, WEIR_ELIMIT, "there are more than %llu items",
			(unsigned long long)plan->options.max_items);
		return;
	}
	self->item_count++;
	page->emitted++;
	weir_pages_position_set(plan->options.position, page->place.url, page->place.number, page->emitted);
	weir_emit_next(&self->node, weir_retain(item));
}

static void pages_end(struct pages *self)
{
	const struct weir_page_plan *plan = self->node.config;
	weir_value failure = self->failure;

	self->failure = weir_nil();
	if (!weir_is_nil(failure)) {
		weir_emit_failed_value(&self->node, failure);
		return;
	}
	if (plan->options.position != NULL)
		plan->options.position->is_over = true;
	weir_emit_complete(&self->node);
}

/* Does whatever can be done now. */
static void pages_run(struct pages *self)
{
	const struct weir_page_plan *plan = self->node.config;
	struct weir_node *node = &self->node;

	if (self->is_running)
		return;
	self->is_running = true;
	while (weir_is_open(node)) {
		if (self->current.emitted < self->current.count) {
			if (plan->options.prefetches && node->demand > 0 && pages_can_ask(self))
				pages_ask(self);
			if (node->demand == 0)
				break;
			pages_emit_one(self);
			continue;
		}
		if (!weir_is_nil(self->ahead.value)) {
			page_finish(&self->current);
			self->current = self->ahead;
			self->ahead = (struct page){ 0 };
			continue;
		}
		if (self->is_last && !weir_inner_is_active(&self->request)) {
			pages_end(self);
			break;
		}
		if (node->demand == 0 || !pages_can_ask(self))
			break;
		page_finish(&self->current);
		pages_ask(self);
	}
	self->is_running = false;
}

/* Slots. */

static int pages_begin(struct pages *self)
{
	const struct weir_page_plan *plan = self->node.config;
	struct weir_pages_position from;
	size_t length;

	if (plan->request.url == NULL)
		return -ENOMEM;
	if (weir_is_nil(plan->options.resume))
		return weir_page_first(plan, &self->next);
	if (!weir_pages_position_read(plan->options.resume, &from))
		return -EINVAL;

	const char *url = weir_as_str(from.url, &length);

	self->next.url = weir_allocate(length + 1);
	if (self->next.url == NULL)
		return -ENOMEM;
	memcpy(self->next.url, url, length);
	self->next.url[length] = '\0';
	self->next.number = from.number;
	self->skip = from.emitted;
	self->is_last = from.is_over;
	return 0;
}

static void pages_start(struct weir_node *node)
{
	struct pages *self = pages_of(node);
	const struct weir_page_plan *plan = node->config;

	weir_inner_init(&self->request, node, &pages_request_class);

	int result = pages_begin(self);

	if (result < 0) {
		weir_emit_failure(node, -result, "%s",
			result == -ENOMEM    ? "out of memory"
			: result == -ENOTSUP ? "weir was built without HTTP (-Dhttp=enabled needs libcurl)"
					     : "cannot make the first page's URL");
		return;
	}
	weir_pages_position_set(plan->options.position, self->next.url, self->next.number, self->skip);
	if (self->is_last)
		pages_end(self);
}

static void pages_request(struct weir_node *node, uint64_t count)
{
	(void)count;
	pages_run(pages_of(node));
}

static void pages_finish(struct weir_node *node)
{
	struct pages *self = pages_of(node);

	page_finish(&self->current);
	page_finish(&self->ahead);
	weir_deallocate(self->next.url);
	self->next.url = NULL;
	weir_deallocate(self->landmark);
	weir_release(self->failure);
	self->failure = weir_nil();
}

static void pages_config_destroy(void *config)
{
	weir_page_plan_finish(config);
}

static const struct weir_node_class pages_class = {
	.name = "pages",
	.size = sizeof(struct pages),
	.config_size = sizeof(struct weir_page_plan),
	.demand = WEIR_DEMAND_COUNTED,
	.start = pages_start,
	.request = pages_request,
	.finish = pages_finish,
	.config_destroy = pages_config_destroy,
};

static weir_observable *pages_reject(const char *url, const struct weir_pages_options *options)
{
	weir_observable *rejected = weir_http_request_reject("pages", url, &options->http);
	struct weir_pages_position position;
	char shown[200];

	if (rejected != NULL)
		return rejected;
	if ((unsigned)options->next > WEIR_NEXT_CALLBACK)
		return weir_reject(NULL, "pages", "next is %d; it must be one of weir_pages_next", (int)options->next);
	if (options->next == WEIR_NEXT_CALLBACK && options->next_url == NULL)
		return weir_reject(NULL, "pages", "next is WEIR_NEXT_CALLBACK and next_url is NULL");
	if (!weir_is_nil(options->resume) && !weir_pages_position_read(options->resume, &position)) {
		weir_print(options->resume, shown, sizeof shown);
		return weir_reject(NULL, "pages", "%s is no token to resume from", shown);
	}
	return NULL;
}

weir_observable *weir_pages(const char *url, const struct weir_pages_options *options)
{
	static const struct weir_pages_options defaults;
	weir_observable *rejected;
	struct weir_page_plan plan;

	if (options == NULL)
		options = &defaults;
	rejected = pages_reject(url, options);
	if (rejected != NULL)
		return rejected;
	plan = weir_page_plan_copy(url, options);
	return weir_create_source(&pages_class, &plan);
}

/* How pages follow each other. See io/page_plan.h. */
#include "io/page_plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <weir/codec.h>

#include "base/allocator.h"
#include "io/header_values.h"
#include "io/http_fetch.h"
#include "io/url.h"

/* The options. */

struct defaults {
	const char *parameter;
	const char *cursor;
	const char *total;
};

static const struct defaults defaults_of[] = {
	[WEIR_NEXT_LINK] = { 0 },
	[WEIR_NEXT_URL] = { .cursor = "next" },
	[WEIR_NEXT_CURSOR] = { .cursor = "next_cursor", .parameter = "cursor" },
	[WEIR_NEXT_PAGE_NUMBER] = { .parameter = "page", .total = "total_pages" },
	[WEIR_NEXT_OFFSET] = { .parameter = "offset", .total = "total" },
	[WEIR_NEXT_LAST_KEY] = { .parameter = "starting_after" },
	[WEIR_NEXT_CALLBACK] = { 0 },
};

static void fill_in(const char **name, const char *fallback)
{
	if (*name == NULL)
		*name = fallback;
}

struct weir_page_plan weir_page_plan_copy(const char *url, const struct weir_pages_options *options)
{
	struct weir_page_plan plan = { .options = *options };
	struct weir_pages_options *own = &plan.options;
	const char **const names[] = { &own->items, &own->parameter, &own->cursor, &own->has_more, &own->total,
		&own->scanned, &own->key, &own->size_parameter };
	size_t size = 1;

	fill_in(&own->parameter, defaults_of[own->next].parameter);
	fill_in(&own->cursor, defaults_of[own->next].cursor);
	fill_in(&own->total, defaults_of[own->next].total);
	fill_in(&own->has_more, "has_more");
	fill_in(&own->key, "id");
	for (size_t index = 0; index < sizeof names / sizeof *names; index++)
		size += *names[index] != NULL ? strlen(*names[index]) + 1 : 0;
	plan.policy = weir_page_policy_copy(options->limiter, options->retry);
	plan.names = weir_allocate(size);
	weir_retain(own->resume);
	if (own->position != NULL)
		weir_pages_position_ref(own->position);
	if (plan.names == NULL)
		return plan;

	char *at = plan.names;

	for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
		const char *name = *names[index];

		if (name == NULL)
			continue;
		*names[index] = at;
		at = stpcpy(at, name) + 1;
	}
	plan.request = weir_http_request_copy(url, &own->http, NULL);
	return plan;
}

void weir_page_plan_finish(struct weir_page_plan *plan)
{
	weir_http_request_finish(&plan->request);
	weir_page_policy_finish(&plan->policy);
	weir_pages_position_unref(plan->options.position);
	weir_release(plan->options.resume);
	weir_deallocate(plan->names);
}

/* Reading. */

/* The value at "a.b.c", borrowed; nil if there is none. */
static weir_value at_path(weir_value value, const char *path)
{
	char name[128];

	while (path != NULL) {
		size_t length = strcspn(path, ".");
		bool is_last = path[length] == '\0';

		if (length >= sizeof name)
			return weir_nil();
		memcpy(name, path, length);
		name[length] = '\0';
		value = weir_get(value, name);
		path = is_last ? NULL : path + length + 1;
	}
	return value;
}

static const char *url_of(weir_value answer, char *buffer, size_t size)
{
	weir_copy_string(weir_get(answer, "url"), buffer, size);
	return buffer;
}

static weir_value page_failure(weir_value answer, const char *what, weir_value found)
{
	char url[512], shown[100];

	weir_print(found, shown, sizeof shown);
	return weir_fail(WEIR_ESYNTAX, "the page %s %s: %s", url_of(answer, url, sizeof url), what, shown);
}

static weir_value page_of(weir_value answer, weir_value body, weir_value items, uint64_t number)
{
	struct weir_member members[16];
	struct weir_iterator iterator = weir_iterate(answer);
	size_t count = 0;
	weir_value key, item;

	while (weir_iterator_next(&iterator, &key, &item))
		if (!weir_is_string(key, "body"))
			members[count++] = (struct weir_member){ weir_retain(key), weir_retain(item) };
	members[count++] = (struct weir_member){ weir_string_static("body"), weir_retain(body) };
	members[count++] = (struct weir_member){ weir_string_static("items"), weir_retain(items) };
	members[count++] = (struct weir_member){ weir_string_static("number"), weir_uint(number) };
	return weir_make_map(members, count);
}

weir_value weir_page_read(const struct weir_page_plan *plan, weir_value answer, uint64_t number)
{
	size_t length;
	const char *text = weir_as_bytes(weir_get(answer, "body"), &length);
	struct weir_json_options json = { .max_size = length > WEIR_DEFAULT_MAX_SIZE ? length : 0 };
	weir_value body = weir_parse_json(text != NULL ? text : "", length, &json);
	char url[512];

	if (weir_is_error(body))
		return weir_error_value(weir_error_wrap(weir_as_error(body), weir_error_code(weir_as_error(body)),
			"the page %s is not to be read", url_of(answer, url, sizeof url)));

	weir_value items = at_path(body, plan->options.items);
	weir_value page;

	if (weir_kind(items) == WEIR_KIND_ARRAY)
		page = page_of(answer, body, items, number);
	else if (plan->options.emits_pages && plan->options.items == NULL)
		page = page_of(answer, body, weir_nil(), number);
	else if (plan->options.items == NULL)
		page = page_failure(answer, "is no array of items; `items` must name where they are", body);
	else
		page = page_failure(answer, "has no array where its items should be, but", items);
	weir_release(body);
	return page;
}

/* The next place. */

static int with_parameter(const char *url, const char *name, const char *value, size_t length, char **ret_url)
{
	*ret_url = weir_url_with_parameter(url, name, value, length);
	return *ret_url != NULL ? 0 : -errno;
}

static int with_number(const char *url, const char *name, int64_t number, char **ret_url)
{
	char text[24];
	int length = snprintf(text, sizeof text, "%" PRId64, number);

	return with_parameter(url, name, text, (size_t)length, ret_url);
}

static bool counts(const struct weir_page_plan *plan)
{
	return plan->options.next == WEIR_NEXT_PAGE_NUMBER || plan->options.next == WEIR_NEXT_OFFSET;
}

int weir_page_first(const struct weir_page_plan *plan, struct weir_page_place *ret_place)
{
	const struct weir_pages_options *options = &plan->options;
	struct weir_page_place place = { 0 };
	char *sized;
	int result = 0;

	place.url = weir_allocate(strlen(plan->request.url) + 1);
	if (place.url == NULL)
		return -ENOMEM;
	strcpy(place.url, plan->request.url);
	if (options->size_parameter != NULL && options->page_size > 0) {
		result = with_number(place.url, options->size_parameter, (int64_t)options->page_size, &sized);
		weir_deallocate(place.url);
		place.url = sized;
	}
	if (result == 0 && counts(plan)) {
		place.number = options->next == WEIR_NEXT_PAGE_NUMBER && !options->counts_from_zero;
		result = with_number(place.url, options->parameter, place.number, &sized);
		weir_deallocate(place.url);
		place.url = sized;
	}
	*ret_place = place;
	return result;
}

/* A link is meant from where the page was found; that is where the request went, unless it was redirected. */
static int resolve(const struct weir_page_place *place, weir_value page, const char *reference, size_t length,
	struct weir_page_place *ret_next, weir_value *ret_error)
{
	char found_at[2048];
	const char *base = place->url;

	if (weir_as_int(weir_get(page, "redirects")) > 0)
		base = url_of(page, found_at, sizeof found_at);
	ret_next->url = weir_url_resolve(base, reference, length);
	if (ret_next->url != NULL &&
		(strncmp(ret_next->url, "http://", 7) == 0 || strncmp(ret_next->url, "https://", 8) == 0))
		return 1;
	if (ret_next->url == NULL && errno != EINVAL) {
		*ret_error = weir_fail(errno, "cannot make the next page's URL");
		return -1;
	}
	weir_deallocate(ret_next->url);
	ret_next->url = NULL;

	weir_value shown = weir_str(reference, length);

	*ret_error = page_failure(page, "leads on to no URL of http(s)", shown);
	weir_release(shown);
	return -1;
}

static int next_by_link(
	const struct weir_page_place *place, weir_value page, struct weir_page_place *ret_next, weir_value *ret_error)
{
	weir_value field = weir_http_field(page, "link");
	struct weir_header_text value = { 0 }, target;

	if (weir_is_nil(field))
		return 0;
	value.bytes = weir_as_str(field, &value.length);

	int found = weir_link_find(value, "next", &target, NULL);

	if (found < 0) {
		*ret_error = page_failure(page, "has a Link field that cannot be read", field);
		return -1;
	}
	return found == 0 ? 0 : resolve(place, page, target.bytes, target.length, ret_next, ret_error);
}

static int parameter_result(int result, weir_value *ret_error)
{
	if (result == 0)
		return 1;
	*ret_error = weir_fail(-result, "cannot make the next page's URL");
	return -1;
}

/* A token or key as it goes into a URL. Returns its length, 0 for none, -1 for what cannot be one. */
static int64_t token_text(weir_value token, const char **ret_text, char *buffer, size_t size)
{
	size_t length;

	*ret_text = buffer;
	if (weir_is_nil(token))
		return 0;
	if (weir_kind(token) == WEIR_KIND_STR) {
		*ret_text = weir_as_str(token, &length);
		return (int64_t)length;
	}
	if (weir_kind(token) == WEIR_KIND_INT || weir_kind(token) == WEIR_KIND_UINT)
		return (int64_t)weir_print(token, buffer, size);
	return -1;
}

static int next_by_token(const struct weir_page_plan *plan, const struct weir_page_place *place, weir_value page,
	struct weir_page_place *ret_next, weir_value *ret_error)
{
	weir_value token = at_path(weir_get(page, "body"), plan->options.cursor);
	char buffer[32];
	const char *text;
	int64_t length = token_text(token, &text, buffer, sizeof buffer);

	if (length < 0) {
		*ret_error = page_failure(page, "has a cursor that is neither string nor number", token);
		return -1;
	}
	if (length == 0)
		return 0;
	if (plan->options.next == WEIR_NEXT_URL)
		return resolve(place, page, text, (size_t)length, ret_next, ret_error);
	return parameter_result(
		with_parameter(place->url, plan->options.parameter, text, (size_t)length, &ret_next->url), ret_error);
}

static int next_by_key(const struct weir_page_plan *plan, const struct weir_page_place *place, weir_value page,
	bool says_more, struct weir_page_place *ret_next, weir_value *ret_error)
{
	weir_value items = weir_get(page, "items");
	size_t count = weir_length(items);
	char buffer[32];
	const char *text;

	if (!says_more && (count == 0 || count < plan->options.page_size))
		return 0;
	if (count == 0) {
		*ret_error = page_failure(page, "says that there is more, and has no item to go on from", items);
		return -1;
	}

	weir_value last = weir_nil();
	struct weir_iterator iterator = weir_iterate(items);

	while (weir_iterator_next(&iterator, NULL, &last))
		;

	int64_t length = token_text(at_path(last, plan->options.key), &text, buffer, sizeof buffer);

	if (length <= 0) {
		*ret_error = page_failure(page, "ends with an item without key", last);
		return -1;
	}
	return parameter_result(
		with_parameter(place->url, plan->options.parameter, text, (size_t)length, &ret_next->url), ret_error);
}

static int next_by_number(const struct weir_page_plan *plan, const struct weir_page_place *place, weir_value page,
	bool says_more, struct weir_page_place *ret_next, weir_value *ret_error)
{
	const struct weir_pages_options *options = &plan->options;
	weir_value body = weir_get(page, "body");
	uint64_t count = weir_length(weir_get(page, "items"));
	bool is_short = count == 0 || count < options->page_size;
	int64_t total, scanned = (int64_t)count;
	bool has_total = weir_to_int(at_path(body, options->total), &total);

	if (options->next == WEIR_NEXT_PAGE_NUMBER) {
		ret_next->number = place->number + 1;
		if (has_total ? place->number + options->counts_from_zero >= total : is_short && !says_more)
			return 0;
	} else {
		bool has_scanned = options->scanned != NULL && weir_to_int(at_path(body, options->scanned), &scanned);

		if (scanned < 0)
			scanned = 0;
		ret_next->number = place->number + scanned;
		if (has_total ? ret_next->number >= total || scanned == 0
			      : scanned == 0 || (!has_scanned && is_short && !says_more))
			return 0;
	}
	return parameter_result(
		with_number(place->url, options->parameter, ret_next->number, &ret_next->url), ret_error);
}

static int next_by_callback(const struct weir_page_plan *plan, const struct weir_page_place *place, weir_value page,
	struct weir_page_place *ret_next, weir_value *ret_error)
{
	weir_value answer = plan->options.next_url(page, plan->options.context);
	size_t length;
	const char *text = weir_as_str(answer, &length);
	int result = 0;

	if (weir_is_error(answer)) {
		*ret_error = answer;
		return -1;
	}
	if (weir_kind(answer) == WEIR_KIND_STR) {
		result = resolve(place, page, text, length, ret_next, ret_error);
	} else if (!weir_is_nil(answer)) {
		*ret_error = weir_fail(EINVAL, "next_url answered with neither a string nor nil");
		result = -1;
	}
	weir_release(answer);
	return result;
}

int weir_page_next(const struct weir_page_plan *plan, const struct weir_page_place *place, weir_value page,
	struct weir_page_place *ret_next, weir_value *ret_error)
{
	weir_value has_more = at_path(weir_get(page, "body"), plan->options.has_more);
	bool says_more = weir_kind(has_more) == WEIR_KIND_BOOL && weir_as_bool(has_more);
	bool says_end = weir_kind(has_more) == WEIR_KIND_BOOL && !says_more;

	*ret_next = (struct weir_page_place){ 0 };
	if (says_end && plan->options.next != WEIR_NEXT_LINK && plan->options.next != WEIR_NEXT_CALLBACK)
		return 0;
	switch (plan->options.next) {
	case WEIR_NEXT_LINK:
		return next_by_link(place, page, ret_next, ret_error);
	case WEIR_NEXT_URL:
	case WEIR_NEXT_CURSOR:
		return next_by_token(plan, place, page, ret_next, ret_error);
	case WEIR_NEXT_PAGE_NUMBER:
	case WEIR_NEXT_OFFSET:
		return next_by_number(plan, place, page, says_more, ret_next, ret_error);
	case WEIR_NEXT_LAST_KEY:
		return next_by_key(plan, place, page, says_more, ret_next, ret_error);
	default:
		return next_by_callback(plan, place, page, ret_next, ret_error);
	}
}

/* Requests. */

static bool is_harmless(const char *name)
{
	return strncasecmp(name, "Accept", 6) == 0;
}

struct weir_http_request weir_page_request_of(const struct weir_page_plan *plan, const char *url)
{
	struct weir_http_options options = plan->request.options;
	struct weir_http_header kept[8] = { 0 };
	size_t count = 0;

	if (weir_url_same_origin(plan->request.url, url))
		return weir_http_request_copy(url, &options, NULL);
	for (const struct weir_http_header *header = options.headers; header->name != NULL; header++)
		if (is_harmless(header->name) && count < sizeof kept / sizeof *kept - 1)
			kept[count++] = *header;
	options.headers = kept;
	return weir_http_request_copy(url, &options, NULL);
}

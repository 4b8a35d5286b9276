/*
 * check_feed: holds what the gateway wrote against the feed server's own account: nothing lost, nothing twice.
 *
 *	check_feed FILE SERVER
 *
 * Of the events every id from 1 to the last one in the file must be there once, and with `--to-the-end` that must be the
 * server's last. Of each walk through the items the file must hold the server's ids in the server's order, from the first
 * one on; of every walk but the last one all of them.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weir/weir.h>

struct check {
	weir_value records; /* an array, in the order of the file */
	weir_value summary;
	uint64_t complaints;
};

WEIR_PRINTF(2, 3) static void complain(struct check *check, const char *format, ...)
{
	va_list arguments;

	if (check->complaints++ >= 20)
		return;
	va_start(arguments, format);
	fputs("check_feed: ", stdout);
	vprintf(format, arguments);
	putchar('\n');
	va_end(arguments);
}

static void take_records(weir_value records, void *context)
{
	((struct check *)context)->records = weir_retain(records);
}

static void take_summary(weir_value answer, void *context)
{
	size_t length;
	const char *text = weir_as_bytes(weir_get(answer, "body"), &length);

	((struct check *)context)->summary = weir_parse_json(text, length, NULL);
}

static void take_error(const weir_error *error, void *context)
{
	char text[1024];

	weir_error_print(error, text, sizeof text);
	complain(context, "%s", text);
}

/* Each id from 1 to the last once: an array of flags tells. */
static uint64_t check_events(struct check *check, bool to_the_end)
{
	uint64_t last_served = (uint64_t)weir_as_int(weir_get(weir_get(check->summary, "events"), "last_id"));
	struct weir_iterator records = weir_iterate(check->records);
	char *seen = calloc(last_served + 2, 1);
	uint64_t last = 0;
	uint64_t count = 0;
	weir_value record;

	while (seen != NULL && weir_iterator_next(&records, NULL, &record)) {
		char text[32];
		uint64_t id;

		if (!weir_is_string(weir_get(record, "feed"), "events"))
			continue;
		weir_copy_string(weir_get(record, "id"), text, sizeof text);
		id = strtoull(text, NULL, 10);
		count++;
		if (id == 0 || id > last_served)
			complain(check, "event %s was never sent (the last one is %" PRIu64 ")", text, last_served);
		else if (seen[id]++)
			complain(check, "event %" PRIu64 " is there twice", id);
		if (id > last && id <= last_served)
			last = id;
	}
	for (uint64_t id = 1; seen != NULL && id <= last; id++)
		if (!seen[id])
			complain(check, "event %" PRIu64 " is lost", id);
	if (to_the_end && last != last_served)
		complain(check, "the events end at %" PRIu64 ", the server's at %" PRIu64, last, last_served);
	free(seen);
	return count;
}

/* The number of a walk stands before the colon of an item's id. */
static uint64_t walk_of(weir_value record)
{
	char text[64];

	weir_copy_string(weir_get(record, "id"), text, sizeof text);
	return strtoull(text, NULL, 10);
}

/* The records of one walk against the ids that the server sent for it, both in order. Returns how many there are. */
static size_t check_walk(struct check *check, weir_value walk, bool may_be_cut)
{
	uint64_t number = (uint64_t)weir_as_int(weir_get(walk, "walk"));
	struct weir_iterator records = weir_iterate(check->records);
	struct weir_iterator ids = weir_iterate(weir_get(walk, "ids"));
	size_t total = weir_length(weir_get(walk, "ids"));
	size_t count = 0;
	weir_value record;
	weir_value id;

	while (weir_iterator_next(&records, NULL, &record)) {
		if (!weir_is_string(weir_get(record, "feed"), "items") || walk_of(record) != number)
			continue;
		count++;
		if (!weir_iterator_next(&ids, NULL, &id))
			complain(check, "walk %" PRIu64 " has more than the %zu items that were sent", number, total);
		else if (!weir_equal(id, weir_get(record, "id")))
			complain(check, "walk %" PRIu64 ": item %zu is not the one that was sent", number, count);
	}
	if (count < total && count > 0 && !may_be_cut)
		complain(check, "walk %" PRIu64 " has %zu of %zu items", number, count, total);
	return count;
}

static size_t check_items(struct check *check, size_t *ret_walks)
{
	weir_value walks = weir_get(check->summary, "walks");
	struct weir_iterator iterator = weir_iterate(walks);
	uint64_t last_walk = 0;
	size_t count = 0;
	struct weir_iterator records = weir_iterate(check->records);
	weir_value record;
	weir_value walk;

	*ret_walks = 0;
	while (weir_iterator_next(&records, NULL, &record))
		if (weir_is_string(weir_get(record, "feed"), "items") && walk_of(record) > last_walk)
			last_walk = walk_of(record);
	while (weir_iterator_next(&iterator, NULL, &walk)) {
		size_t items;

		if (!weir_is_string(weir_get(walk, "api"), "items"))
			continue;
		items = check_walk(check, walk, (uint64_t)weir_as_int(weir_get(walk, "walk")) == last_walk);
		*ret_walks += items > 0;
		count += items;
	}
	return count;
}

int main(int argc, char **argv)
{
	bool to_the_end = argc > 1 && strcmp(argv[1], "--to-the-end") == 0;
	struct check check = { 0 };
	char url[512];

	if (argc - to_the_end != 3) {
		fputs("usage: check_feed [--to-the-end] FILE SERVER\n", stderr);
		return 2;
	}

	const char *path = argv[1 + to_the_end];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	weir_loop *loop = weir_loop_new();

	if (file < 0 || loop == NULL) {
		perror(file < 0 ? path : "check_feed: a loop");
		return 2;
	}
	snprintf(url, sizeof url, "%s/summary?ids=1", argv[2 + to_the_end]);
	weir_subscribe(weir_to_array(weir_decode_msgpack(weir_read_fd(file, 0), NULL)), loop,
		&(weir_observer){ .next = take_records, .error = take_error, .context = &check });
	weir_subscribe(weir_http_get(url), loop,
		&(weir_observer){ .next = take_summary, .error = take_error, .context = &check });
	weir_loop_run(loop);

	if (check.complaints == 0 && weir_is_error(check.summary))
		take_error(weir_as_error(check.summary), &check);
	if (check.complaints == 0) {
		size_t walks;
		uint64_t events = check_events(&check, to_the_end);
		size_t items = check_items(&check, &walks);

		if (events == 0 || items == 0)
			complain(&check, "%" PRIu64 " events and %zu items in %s: there should be both", events, items,
				path);
		if (check.complaints == 0)
			printf("checked against the server's account: %" PRIu64
			       " events, %zu items of %zu walks: nothing lost, "
			       "nothing twice\n",
				events, items, walks);
	}
	if (check.complaints > 20)
		printf("check_feed: and %" PRIu64 " more\n", check.complaints - 20);
	weir_release(check.records);
	weir_release(check.summary);
	weir_loop_free(loop);
	close(file);
	return check.complaints == 0 ? 0 : 1;
}

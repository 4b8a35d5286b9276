/* libFuzzer: the header parsers stay inside their input and keep their bounds. The first byte chooses the parser. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/header_values.h"
#include "io/http_date.h"
#include "io/rate_limit_headers.h"

static const int64_t now_ns = 1715940000000000000;
static const int64_t maximum_ns = 3600000000000;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_message(int result, const char *message)
{
	check(result >= 0 || (result == -EBADMSG && memchr(message, '\0', WEIR_HEADER_MESSAGE_SIZE) && message[0]));
}

static void check_duration(int64_t duration_ns)
{
	check(duration_ns >= 0 && duration_ns <= maximum_ns);
}

static void check_link(struct weir_header_text value, char *message)
{
	struct weir_header_text target;
	int result = weir_link_find(value, "next", &target, message);

	check_message(result, message);
	if (result == 1) {
		check(target.bytes > value.bytes && target.bytes + target.length < value.bytes + value.length);
		check(target.length == 0 || !memchr(target.bytes, '>', target.length));
	}
}

static void check_retry_after(struct weir_header_text value, char *message)
{
	int64_t delay_ns = 0;

	check_message(weir_retry_after_parse(value, now_ns, maximum_ns, &delay_ns, message), message);
	check_duration(delay_ns);
	weir_retry_after_parse(value, INT64_MIN, INT64_MAX, &delay_ns, NULL);
	check(delay_ns >= 0);
	weir_retry_after_parse(value, INT64_MAX, INT64_MAX, &delay_ns, NULL);
	check(delay_ns >= 0);
	weir_http_response_time(value, now_ns);
}

static void check_quotas(struct weir_header_text first, struct weir_header_text second, char *message)
{
	struct weir_rate_limit limit;

	check_message(weir_rate_limit_parse(first, second, maximum_ns, &limit, message), message);
	check_duration(limit.reset_ns);
	check_duration(limit.window_ns);
	check_message(weir_x_rate_limit_parse(first, second, first, now_ns, maximum_ns, &limit, message), message);
	check_duration(limit.reset_ns);
	weir_x_rate_limit_parse(first, second, second, INT64_MIN, INT64_MAX, &limit, NULL);
	check(limit.reset_ns >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char message[WEIR_HEADER_MESSAGE_SIZE] = "";
	struct weir_header_text value, first, second = { 0 };
	char *bytes, *separator;

	if (size == 0)
		return 0;
	bytes = malloc(size);
	memcpy(bytes, data + 1, size - 1);
	bytes = realloc(bytes, size > 1 ? size - 1 : 1);
	value = (struct weir_header_text){ bytes, size - 1 };
	switch (data[0] % 4) {
	case 0:
		check_link(value, message);
		break;
	case 1:
		check_retry_after(value, message);
		break;
	case 2:
		separator = value.length > 0 ? memchr(bytes, '\n', value.length) : NULL;
		first = value;
		if (separator) {
			first.length = (size_t)(separator - bytes);
			second = (struct weir_header_text){ separator + 1, value.length - first.length - 1 };
		}
		check_quotas(first, second, message);
		break;
	default:
		weir_media_type_is(value, "text/event-stream");
	}
	free(bytes);
	return 0;
}

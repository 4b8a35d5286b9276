/* libFuzzer: heads of HTTP answers, line by line as libcurl hands them out, stay inside their limits and become a map. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/http_head.h"

static void check(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct weir_http_head head = { .max_size = 512, .max_count = 20, .follows_redirects = size % 2 != 0 };
	size_t at = 0;

	while (at < size) {
		const uint8_t *end = memchr(data + at, '\n', size - at);
		size_t length = end != NULL ? (size_t)(end - data) + 1 - at : size - at;
		char *line = malloc(length);

		memcpy(line, data + at, length);

		bool was_complete = head.is_complete;
		int result = weir_http_head_line(&head, line, length);

		free(line);
		check(head.fields.length <= 2 * head.max_size + 2 * head.max_count);
		if (result < 0)
			break;
		if (head.is_complete && !was_complete) {
			weir_value value = weir_http_head_value(&head, "http://x/");
			weir_value headers = weir_get(value, "headers");

			check(weir_kind(headers) == WEIR_KIND_MAP);
			check(weir_length(headers) <= head.max_count);
			check(weir_as_int(weir_get(value, "status")) >= 200);
			weir_release(value);
		}
		at += length;
	}
	weir_http_head_finish(&head);
	return 0;
}

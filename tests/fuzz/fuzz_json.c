/* libFuzzer: what is accepted can be read, and formats as a text that is accepted and equal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <weir/codec.h>

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* Byte 0: the limits, small ones some of the time; byte 1: the policies. */
static struct weir_json_options options_of(const uint8_t *data)
{
	return (struct weir_json_options){
		.max_size = data[0] & 0x0f ? (size_t)(data[0] & 0x0f) * 64 : 0,
		.max_depth = data[0] >> 4,
		.max_tree_size = data[1] >> 5 ? (size_t)(data[1] >> 5) * 4096 : 0,
		.rejects_duplicate_keys = data[1] & 1,
		.accepts_nul = data[1] & 2,
		.rounds_big_integers = data[1] & 4,
	};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[64];

	if (size < 2)
		return 0;

	struct weir_json_options options = options_of(data);
	weir_value value = weir_parse_json((const char *)data + 2, size - 2, &options);

	if (weir_is_error(value)) {
		check(weir_error_message(weir_as_error(value))[0] != '\0');
		weir_release(value);
		return 0;
	}
	weir_print(value, text, sizeof text);
	check(weir_hash(value) == weir_hash(value));

	weir_value formatted = weir_format_json(value, NULL);

	check(!weir_is_error(formatted));

	weir_value again = weir_parse_json(weir_as_str(formatted, NULL), weir_length(formatted),
		&(struct weir_json_options){
			.max_depth = WEIR_MAX_DEPTH, .accepts_nul = true, .rejects_duplicate_keys = true });

	check(!weir_is_error(again) && weir_equal(value, again));
	weir_release(again);
	weir_release(formatted);
	weir_release(value);
	return 0;
}

/* Parsing JSON in a library that was built without it. */
#include <errno.h>

#include <weir/codec.h>

weir_value weir_parse_json(const char *text, size_t length, const struct weir_json_options *options)
{
	(void)text;
	(void)length;
	(void)options;
	return weir_fail(ENOTSUP, "this library was built without JSON (jansson)");
}

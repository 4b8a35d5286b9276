/* decode_ndjson: lines of JSON in chunks of bytes to values. See weir/codec.h. */
#include <weir/codec.h>
#include <weir/operator.h>

weir_observable *weir_decode_ndjson(weir_observable *source, const struct weir_decode_ndjson_options *options)
{
	static const struct weir_decode_ndjson_options defaults;

	if (options == NULL)
		options = &defaults;
	/* The parser checks UTF-8 itself. */
	source = weir_lines(source, &(struct weir_lines_options){
					    .max_length = options->max_line_length,
					    .kind = WEIR_LINES_BYTES,
					    .skips_blank = true,
					    .rejects_partial_last = options->rejects_partial_last_line,
					    .bad_items = options->bad_items,
				    });
	return weir_decode_json(source, &(struct weir_decode_json_options){ options->json, options->bad_items });
}

/* Where a run through the pages has got to. See io/page_position.h and weir/pages.h. */
#include "io/page_position.h"

#include "base/allocator.h"

weir_pages_position *weir_pages_position_new(void)
{
	weir_pages_position *position = weir_allocate(sizeof *position);

	if (position != NULL)
		*position = (weir_pages_position){ .references = 1 };
	return position;
}

weir_pages_position *weir_pages_position_ref(weir_pages_position *position)
{
	position->references++;
	return position;
}

void weir_pages_position_unref(weir_pages_position *position)
{
	if (position == NULL || --position->references > 0)
		return;
	weir_release(position->url);
	weir_deallocate(position);
}

void weir_pages_position_set(weir_pages_position *position, const char *url, int64_t number, uint64_t emitted)
{
	if (position == NULL)
		return;
	weir_release(position->url);
	position->url = weir_string(url);
	if (weir_is_error(position->url)) {
		weir_release(position->url);
		position->url = weir_nil();
	}
	position->number = number;
	position->emitted = emitted;
	position->is_over = false;
}

weir_value weir_pages_position_token(const weir_pages_position *position)
{
	if (weir_is_nil(position->url))
		return weir_nil();
	return weir_make_map(
		(struct weir_member[]){
			{ weir_string_static("url"), weir_retain(position->url) },
			{ weir_string_static("number"), weir_int(position->number) },
			{ weir_string_static("emitted"), weir_uint(position->emitted) },
			{ weir_string_static("over"), weir_bool(position->is_over) },
		},
		4);
}

bool weir_pages_position_read(weir_value token, struct weir_pages_position *ret_position)
{
	weir_value url = weir_get(token, "url");
	int64_t emitted;

	if (weir_kind(url) != WEIR_KIND_STR || weir_length(url) == 0 ||
		!weir_to_int(weir_get(token, "number"), &ret_position->number) ||
		!weir_to_int(weir_get(token, "emitted"), &emitted) || emitted < 0)
		return false;
	ret_position->url = url;
	ret_position->emitted = (uint64_t)emitted;
	ret_position->is_over = weir_as_bool(weir_get(token, "over"));
	return true;
}

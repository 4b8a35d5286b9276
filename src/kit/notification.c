/* Signals as values. See kit/notification.h. */
#include "kit/notification.h"

#include "core/block.h"

weir_value weir_notification_next(weir_value value)
{
	return weir_make_map((const struct weir_member[]){ { weir_string_static("kind"), weir_string_static("N") },
				     { weir_string_static("value"), value } },
		2);
}

weir_value weir_notification_error(weir_error *error)
{
	struct weir_list_block *list = weir_list_new(4);

	if (list == NULL) {
		weir_error_unref(error);
		return weir_no_memory();
	}
	list->items[0] = weir_string_static("kind");
	list->items[1] = weir_string_static("E");
	list->items[2] = weir_string_static("error");
	list->items[3] = weir_error_value(error);
	return weir_list_value(WEIR_KIND_MAP, list);
}

weir_value weir_notification_complete(void)
{
	return weir_make_map(
		(const struct weir_member[]){ { weir_string_static("kind"), weir_string_static("C") } }, 1);
}

weir_value weir_notification_outcome(weir_value value)
{
	struct weir_list_block *list = weir_list_new(2);

	if (list == NULL) {
		weir_release(value);
		return weir_no_memory();
	}
	list->items[0] = weir_string_static(weir_is_error(value) ? "error" : "ok");
	list->items[1] = value;
	return weir_list_value(WEIR_KIND_MAP, list);
}

/*
 * Signals as values: `{"kind": "N", "value": x}`, `{"kind": "E", "error": e}`, `{"kind": "C"}`.
 *
 * The error inside is a value of kind error, which no other map can hold: weir_get() shows it, and dematerialising
 * gives the same error back.
 */
#ifndef WEIR_KIT_NOTIFICATION_H
#define WEIR_KIT_NOTIFICATION_H

#include <weir/operator.h>

/* Each owned; without memory of kind error. They consume their arguments. */
weir_value weir_notification_next(weir_value value);
weir_value weir_notification_error(weir_error *error);
weir_value weir_notification_complete(void);

/* How something ended: `{"ok": value}`, or `{"error": value}` for one of kind error. */
weir_value weir_notification_outcome(weir_value value);

#endif

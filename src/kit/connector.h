/* What stands between a source and those who share it: from a weir_connector to a hub. */
#ifndef WEIR_KIT_CONNECTOR_H
#define WEIR_KIT_CONNECTOR_H

#include <weir/sharing.h>

#include "kit/hub.h"

/* A failed observable when there is something wrong with `connector`, and `source` is consumed; else NULL. */
weir_observable *weir_connector_reject(const weir_connector *connector, weir_observable *source, const char *stage);

/* The options of a hub of this kind. @param slack  see there */
struct weir_hub_options weir_connector_hub(const weir_connector *connector, weir_loop *loop, size_t slack);

/* What it begins with, if anything. Returns 0 or -ENOMEM; then the hub has failed. */
int weir_connector_begin(const weir_connector *connector, struct weir_hub *hub);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The control socket: one command a line, one line of answer each. */
#ifndef FABRIC_CONTROL_H
#define FABRIC_CONTROL_H

#include <stdio.h>

#include "bridge/fabric.h"

struct control;

/* Takes over a listening socket. */
struct control *control_new(struct fabric *f, int listen_fd);
void control_free(struct control *c);

/* Carry out one command (changed while parsing) and write its answer. */
void control_command(struct fabric *f, char *line, FILE *out);

#endif

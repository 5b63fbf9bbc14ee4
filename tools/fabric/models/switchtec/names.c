// SPDX-License-Identifier: GPL-2.0-only
/* Register and value names, so that a trace reads like the drivers do. */
#include <stdio.h>

#include "bridge/names.h"
#include "models/switchtec/switchtec.h"

static const struct name info_names[] = {
	{ NI_PARTITIONS, "partition_count" },
	{ NI_PARTITIONS + 1, "partition_id" },
	{ NI_EP_MAP_LOW, "ep_map" },
	{ NI_EP_MAP_HIGH, "ep_map_high" },
	{ NI_REQUESTER_ID, "requester_id" },
};

static const struct name part_names[] = {
	{ PC_USP_PFF, "usp_pff_inst_id" },
	{ PC_VEP_PFF, "vep_pff_inst_id" },
	{ PC_VECTORS, "vep_vector_number" },
	{ PC_MRPC_EVENT, "mrpc_comp_hdr" },
};

static const struct name ctrl_names[] = {
	{ CT_STATUS, "partition_status" },
	{ CT_OP, "partition_op" },
	{ CT_BAR_ERROR, "bar_error" },
	{ CT_LUT_ENTRIES, "lut_table_entries" },
	{ CT_LUT_ERROR, "lut_error" },
	{ CT_REQ_ID_SIZE, "req_id_table_size" },
	{ CT_REQ_ID_ERROR, "req_id_error" },
};

static const struct name dbmsg_names[] = {
	{ DM_ODB, "odb" },
	{ DM_ODB_MASK, "odb_mask" },
	{ DM_IDB, "idb" },
	{ DM_IDB_MASK, "idb_mask" },
	{ DM_MSG_MAP, "msg_map" },
};

static const char *const bar_fields[] = {
	"ctl", "win_size", "xlate_addr", "xlate_addr_high"
};

static void name_ctrl(u32 part, u32 offset, char *buf, size_t len)
{
	const char *name = name_at(ctrl_names, ARRAY_SIZE(ctrl_names), offset);
	u32 at;

	if (name) {
		snprintf(buf, len, "ctrl[%u].%s", part, name);
	} else if (offset >= CT_BAR_ENTRY && offset < CT_BAR_EXT) {
		at = offset - CT_BAR_ENTRY;
		snprintf(buf, len, "ctrl[%u].bar_entry[%u].%s", part,
			 at / 0x10, bar_fields[at % 0x10 / 4]);
	} else if (offset >= CT_BAR_EXT && offset < CT_BAR_END) {
		snprintf(buf, len, "ctrl[%u].bar_ext_entry[%u].win_size", part,
			 (offset - CT_BAR_EXT) / 0x10);
	} else if (offset >= CT_REQ_ID && offset < CT_REQ_ID_END) {
		snprintf(buf, len, "ctrl[%u].req_id_table[%u]", part,
			 (offset - CT_REQ_ID) / 4);
	} else if (offset >= CT_LUT) {
		snprintf(buf, len, "ctrl[%u].lut_entry[%u]%s", part,
			 (offset - CT_LUT) / 8, offset % 8 ? ".high" : "");
	} else {
		snprintf(buf, len, "ctrl[%u]+%#x", part, offset);
	}
}

static void name_dbmsg(u32 part, u32 offset, char *buf, size_t len)
{
	const char *name = name_at(dbmsg_names, ARRAY_SIZE(dbmsg_names), offset);
	static const char *const in[] = {
		"msg", "msg+1", "msg+2", "msg+3",
		"status", "mask", "src", "reserved"
	};

	if (name)
		snprintf(buf, len, "dbmsg[%u].%s", part, name);
	else if (offset >= DM_VEC_MAP && offset < DM_MSG_MAP)
		snprintf(buf, len, "dbmsg[%u].idb_vec_map[%u]", part,
			 offset - DM_VEC_MAP);
	else if (offset >= DM_OMSG && offset < DM_IMSG)
		snprintf(buf, len, "dbmsg[%u].omsg[%u].%s", part,
			 (offset - DM_OMSG) / 8,
			 offset % 8 ? "status" : "msg");
	else if (offset >= DM_IMSG && offset < DM_IMSG_END)
		snprintf(buf, len, "dbmsg[%u].imsg[%u].%s", part,
			 (offset - DM_IMSG) / 8, in[offset % 8]);
	else if (offset >= DM_PBA)
		snprintf(buf, len, "dbmsg[%u].pba+%#x", part, offset - DM_PBA);
	else if (offset >= DM_MSIX)
		snprintf(buf, len, "dbmsg[%u].msix_table+%#x", part,
			 offset - DM_MSIX);
	else
		snprintf(buf, len, "dbmsg[%u]+%#x", part, offset);
}

static void name_gas(struct switchtec *s, u32 offset, char *buf, size_t len)
{
	const char *name = NULL;
	u32 at;

	if (offset >= CTRL && offset < DBMSG) {
		name_ctrl((offset - CTRL) / CTRL_STRIDE, offset % CTRL_STRIDE,
			  buf, len);
		return;
	}
	if (offset >= DBMSG && offset < PFF) {
		name_dbmsg((offset - DBMSG) / DBMSG_STRIDE,
			   offset % DBMSG_STRIDE, buf, len);
		return;
	}
	if (offset >= PART_CFG && offset < NT_INFO) {
		at = offset - PART_CFG;
		name = name_at(part_names, ARRAY_SIZE(part_names),
			       at % PART_CFG_STRIDE);
		if (name)
			snprintf(buf, len, "part_cfg[%u].%s",
				 at / PART_CFG_STRIDE, name);
		else
			snprintf(buf, len, "part_cfg[%u]+%#x",
				 at / PART_CFG_STRIDE, at % PART_CFG_STRIDE);
	} else if (offset >= PFF && offset < PFF + MAX_PFF * PFF_STRIDE) {
		at = offset - PFF;
		if (at % PFF_STRIDE == PF_LINK_EVENT)
			snprintf(buf, len, "pff[%u].link_state_hdr",
				 at / PFF_STRIDE);
		else
			snprintf(buf, len, "pff[%u]+%#x", at / PFF_STRIDE,
				 at % PFF_STRIDE);
	} else if (offset == (s->p.device >= 0x8500 ? GEN3_PARTITION_ID :
			      GEN4_PARTITION_ID)) {
		snprintf(buf, len, "sys_info.partition_id");
	} else {
		if (offset >= NT_INFO && offset < CTRL)
			name = name_at(info_names, ARRAY_SIZE(info_names),
				       offset - NT_INFO);
		if (name)
			snprintf(buf, len, "ntb_info.%s", name);
		else
			snprintf(buf, len, "gas+%#x", offset);
	}
}

void switchtec_register_name(void *m, int host, int bar, u64 offset, char *buf,
			     size_t len)
{
	struct switchtec *s = m;
	u64 luts;

	if (!bar) {
		name_gas(s, (u32)offset, buf, len);
		return;
	}
	luts = (u64)ctrl_lut_slots(s, host, bar) << LUT_SHIFT;
	if (offset < luts)
		snprintf(buf, len, "bar%d lut[%u]+%#x", bar,
			 (u32)(offset >> LUT_SHIFT),
			 (u32)(offset & (BIT_ULL(LUT_SHIFT) - 1)));
	else
		snprintf(buf, len, "bar%d direct+%#llx", bar,
			 (unsigned long long)(offset - luts));
}

const char *switchtec_value_name(void *m, int host, int bar, u64 offset,
				 u64 value)
{
	static const char *const ops[] = { NULL, "LOCK", "CFG", "RESET" };
	static const char *const states[] = {
		NULL, "NORMAL", "LOCKED", "LOCKING", "CONFIGURING",
		"RESETTING", "REFUSED"
	};
	static const char *const messages[] = {
		NULL, "LINK_UP", "LINK_DOWN", "CHECK_LINK", "LINK_FORCE_DOWN"
	};

	(void)m;
	(void)host;
	if (bar)
		return NULL;
	if (offset >= CTRL && offset < DBMSG) {
		if (offset % CTRL_STRIDE == CT_OP)
			return name_of(ops, ARRAY_SIZE(ops), value);
		if (offset % CTRL_STRIDE == CT_STATUS)
			return name_of(states, ARRAY_SIZE(states),
				       value & 0xffff);
	}
	if (offset >= DBMSG && offset < PFF &&
	    offset % DBMSG_STRIDE == DM_OMSG)
		return name_of(messages, ARRAY_SIZE(messages), value);
	return NULL;
}

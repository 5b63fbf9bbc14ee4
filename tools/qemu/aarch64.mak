# SPDX-License-Identifier: GPL-2.0-only
# The machine and the devices that tests use on arm64.
CONFIG_ARM_VIRT=y
CONFIG_ARM_GICV3=y
CONFIG_PCIE_PORT=y
CONFIG_NVME_PCI=y
CONFIG_VFIO_PCI=y
CONFIG_VFIO_USER=y
# Without these, parts that are always built do not link.
CONFIG_CXL=y
CONFIG_CXL_MEM_DEVICE=y
CONFIG_PXB=y
CONFIG_SPDM_SOCKET=y

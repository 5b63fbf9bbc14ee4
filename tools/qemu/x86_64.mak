# SPDX-License-Identifier: GPL-2.0-only
# The machine and the devices that tests use on x86.
CONFIG_I440FX=n
CONFIG_ISAPC=n
CONFIG_MICROVM=n
CONFIG_Q35=y
CONFIG_AMD_IOMMU=y
CONFIG_VTD=y
CONFIG_PCIE_PORT=y
CONFIG_NVME_PCI=y
CONFIG_VFIO_PCI=y
CONFIG_VFIO_USER=y
# Without these, parts that are always built do not link.
CONFIG_CXL=y
CONFIG_CXL_MEM_DEVICE=y
CONFIG_PXB=y
CONFIG_SPDM_SOCKET=y

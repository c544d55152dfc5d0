/**
 * Strings that EC2 and EKS take although the SDK's own list leaves them out. Everything else outside a list is refused.
 */
const ALSO_ACCEPTED: Record<string, readonly string[]> = {
  // Amazon EKS API reference, Nodegroup, `capacityType`.
  capacityType: ["CAPACITY_BLOCK"],
  // Amazon EC2 API reference, LaunchTemplateInstanceNetworkInterfaceSpecificationRequest, `InterfaceType`.
  "networkInterfaces.interfaceType": ["efa-only"],
  // Amazon EC2 API reference, LaunchTemplateInstanceMarketOptionsRequest, `MarketType`.
  "instanceMarketOptions.marketType": ["capacity-block"],
};

export const alsoAccepted = (path: string, value: string): boolean =>
  ALSO_ACCEPTED[path.replace(/\[\d+\]/g, "")]?.includes(value) ?? false;

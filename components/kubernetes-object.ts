import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** A manifest; a field may be an output of another resource. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
}

type Constructor = new (
  name: string,
  args: KubernetesObject,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** The built-in kinds that components make out of manifests. */
const CONSTRUCTORS = {
  Namespace: k8s.core.v1.Namespace,
  ConfigMap: k8s.core.v1.ConfigMap,
  ServiceAccount: k8s.core.v1.ServiceAccount,
  ResourceQuota: k8s.core.v1.ResourceQuota,
  LimitRange: k8s.core.v1.LimitRange,
  NetworkPolicy: k8s.networking.v1.NetworkPolicy,
  Role: k8s.rbac.v1.Role,
  RoleBinding: k8s.rbac.v1.RoleBinding,
  ClusterRole: k8s.rbac.v1.ClusterRole,
  ClusterRoleBinding: k8s.rbac.v1.ClusterRoleBinding,
} as const;

const isBuiltIn = (kind: string): kind is keyof typeof CONSTRUCTORS =>
  Object.hasOwn(CONSTRUCTORS, kind);

/** Registers a manifest as the typed resource of its kind, or as a custom resource. */
export function kubernetesObject(
  name: string,
  object: KubernetesObject,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { kind } = object;
  const Resource = isBuiltIn(kind)
    ? (CONSTRUCTORS[kind] as unknown as Constructor)
    : k8s.apiextensions.CustomResource;
  return new Resource(name, object, options);
}

export interface EksEndpoint {
  name: string;
  region: string;
  endpoint: string;
  /** Base64 of the certificate authority. */
  certificateAuthority: string;
}

/** A kubeconfig that holds no secret: the AWS CLI gets a token for whoever uses it. */
export const eksKubeconfig = (cluster: EksEndpoint): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": cluster.name,
    clusters: [
      {
        name: cluster.name,
        cluster: {
          server: cluster.endpoint,
          "certificate-authority-data": cluster.certificateAuthority,
        },
      },
    ],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user: cluster.name } }],
    users: [
      {
        name: cluster.name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: "aws",
            args: [
              "eks",
              "get-token",
              "--cluster-name",
              cluster.name,
              "--region",
              cluster.region,
              "--output",
              "json",
            ],
            interactiveMode: "Never",
          },
        },
      },
    ],
  });

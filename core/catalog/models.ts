import { CatalogError } from "../errors.ts";
import { nearest } from "../spec/parse.ts";
import rows from "./generated/models.json" with { type: "json" };

/** Shape and parameter split of frozen base weights. All counts are parameters. */
export interface BaseModel {
  id: string;
  /** Name on the Hugging Face hub; null for a model that is not there. */
  hub: string | null;
  hidden: number;
  layers: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  mlp: "gated" | "plain" | "moe";
  /** Width of the MLP, of one expert in a mixture. */
  mlpWidth: number;
  /** Experts of a mixture and experts that see one token; 1 and 1 when dense. */
  experts: number;
  expertsPerToken: number;
  /** Padded size. */
  vocab: number;
  /** lm_head shares the embedding. */
  tied: boolean;
  /** Longest context, null where the source does not say. */
  maxContext: number | null;
  parameters: {
    /** Linear layers inside the blocks: what NF4 quantises. */
    linear: number;
    embedding: number;
    /** 0 when tied. */
    lmHead: number;
    total: number;
    /** Parameters that compute one token; less than total only in a mixture. */
    active: number;
  };
  source: string;
  asOf: string;
}

export const MODELS = rows as readonly BaseModel[];

const byId = new Map(MODELS.map((model) => [model.id, model]));

/** @throws CatalogError `UnknownModel` with the nearest match. */
export function findModel(id: string): BaseModel {
  const model = byId.get(id);
  if (model) return model;
  const near = nearest(id, [...byId.keys()]);
  throw new CatalogError("UnknownModel", `the catalog has no base model "${id}"`, {
    path: "base.model",
    fix: near ? `did you mean "${near}"?` : "list the known ones with `tunekit catalog models`",
  });
}

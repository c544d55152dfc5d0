/** charts/tunekit/values.schema.json: what Helm checks values against, from the zod schema that the component uses. */
import { tunekitChartSchema } from "../../components/tunekit-chart-values.ts";

export const chartSchema = (): Record<string, string> => ({
  "charts/tunekit/values.schema.json": `${JSON.stringify(tunekitChartSchema(), null, 2)}\n`,
});

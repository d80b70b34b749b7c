/** The one thing that is bought and sold here. */
import type { Draft } from "@intentcast/buyer-client";
import type { Catalogue } from "@intentcast/seller-client";

const category = "shopify/bt/15/8";

export const wish: Draft = {
  want: [{ category, name: "stroller for twins", quantity: { value: 1, unit: "C62" } }],
  price: { currency: "USD", max: 25_000 },
};

/** A shop's, with so many pieces of it. */
export const catalogue = (pieces: number | undefined): Catalogue => ({
  currency: "USD",
  items: [
    {
      sku: "TS-2",
      name: "Twin stroller",
      category,
      price: 18_900,
      ...(pieces !== undefined && { available: pieces }),
    },
  ],
});

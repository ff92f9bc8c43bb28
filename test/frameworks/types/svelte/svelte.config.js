/** svelte-check looks for one, here and upwards. */
export default {};

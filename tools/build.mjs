// `npm run build`: installs what is missing and brings dist/ up to date.
import { prepare } from "./setup.mjs";

try {
  await prepare((message) => console.log(message));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

// Stands in the bundle for the parts of fal's client that this package never calls.
const unused = () => {
	throw new Error('This part of the fal client is not in the package');
};

export const createRealtimeClient = () => ({ connect: unused });
export const createStreamingClient = () => ({ stream: unused });
export class FalStream {
	constructor() {
		unused();
	}
}

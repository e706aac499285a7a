// Three scenes with what a photo has and flat drawings lack: soft light, grain, and detail
// at several sizes, so that a wrong crop, turn or colour shows at a glance.

const grain = (opacity: number) => `
	<filter id="grain"><feTurbulence type="fractalNoise" baseFrequency="0.8" numOctaves="2" seed="7"/>
		<feColorMatrix values="0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 0 0.5  0 0 0 ${opacity} 0"/></filter>
	<rect width="100%" height="100%" filter="url(#grain)"/>`;

const fade = (id: string, stops: string[], direction = 'x2="0" y2="1"') => `
	<linearGradient id="${id}" x1="0" y1="0" ${direction}>${stops
		.map((color, i) => `<stop offset="${i / (stops.length - 1)}" stop-color="${color}"/>`)
		.join('')}</linearGradient>`;

const blur = (id: string, size: number) =>
	`<filter id="${id}" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="${size}"/></filter>`;

const svg = (width: number, height: number, body: string) =>
	`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="${width}" height="${height}">${body}</svg>`;

export const mugOnTable = svg(
	640,
	480,
	`
	<defs>${fade('wall', ['#d8e2e4', '#b7c7c9'])}${fade('table', ['#a9713f', '#6f4424'])}
		${fade('mug', ['#f9f4ea', '#efe2cb', '#b89a77'], 'x2="1" y2="0"')}
		${fade('coffee', ['#3a2113', '#6b4022'])}${blur('soft', 9)}${blur('steam', 6)}</defs>
	<rect width="640" height="330" fill="url(#wall)"/>
	<rect x="420" y="30" width="170" height="190" rx="4" fill="#eef5f6"/>
	<path d="M505 30v190M420 125h170" stroke="#c9d6d8" stroke-width="7"/>
	<rect y="310" width="640" height="170" fill="url(#table)"/>
	<g stroke="#5c371c" stroke-opacity=".35" stroke-width="2">
		<path d="M0 345q160-10 320 2t320-4M0 388q200 8 380-2t260 6M0 432q170-12 330 3t310-6" fill="none"/></g>
	<ellipse cx="315" cy="392" rx="150" ry="24" fill="#2d1a0d" opacity=".55" filter="url(#soft)"/>
	<path d="M352 205c95-22 112 118 4 122" fill="none" stroke="#d9c6a8" stroke-width="24"/>
	<path d="M190 175h180l-14 190q-4 26-42 28h-68q-38-2-42-28z" fill="url(#mug)"/>
	<ellipse cx="280" cy="176" rx="90" ry="20" fill="#fbf7ef"/>
	<ellipse cx="280" cy="179" rx="78" ry="14" fill="url(#coffee)"/>
	<path d="M238 250q42 52 84 0" fill="none" stroke="#c2573a" stroke-width="12" stroke-linecap="round"/>
	<g fill="none" stroke="#fff" stroke-width="10" stroke-linecap="round" opacity=".5" filter="url(#steam)">
		<path d="M255 150q-24-34 2-62t-4-60M305 150q24-34-2-62t6-56"/></g>
	${grain(0.09)}`,
);

export const mountainLake = svg(
	640,
	480,
	`
	<defs>${fade('sky', ['#f7b267', '#f4845f', '#7d5ba6'].reverse())}${fade('lake', ['#d98a6b', '#35466b'])}
		${fade('far', ['#8a6f9e', '#5d5480'])}${fade('near', ['#3d4468', '#232a45'])}${blur('glow', 14)}</defs>
	<rect width="640" height="300" fill="url(#sky)"/>
	<circle cx="430" cy="232" r="64" fill="#fff1c9" opacity=".6" filter="url(#glow)"/>
	<circle cx="430" cy="232" r="36" fill="#fff6dd"/>
	<path d="M0 300V210l90-90 70 74 80-112 110 150 70-62 90 78 60-44 70 56v40z" fill="url(#far)"/>
	<path d="M240 82l-38 54 24-10 16 20 18-18 24 14z" fill="#fbe9e0"/>
	<path d="M0 302v-52l110 30 130-44 150 50 120-36 130 44v8z" fill="url(#near)"/>
	<rect y="298" width="640" height="182" fill="url(#lake)"/>
	<g stroke="#ffe8c2" stroke-linecap="round" opacity=".7" stroke-width="4">
		<path d="M402 322h60M388 344h84M410 368h50M372 396h110M400 428h70"/></g>
	<path d="M96 404l118-2q-14 28-46 28h-40q-26 0-32-26z" fill="#1c2033"/>
	<path d="M150 402V318l44 76z" fill="#f2efe6"/>
	${grain(0.1)}`,
);

export const pairOfShoes = svg(
	640,
	480,
	`
	<defs>${fade('ground', ['#e9e4da', '#cfc6b6'])}${fade('shoe', ['#2f8f83', '#17564f'])}${blur('soft', 10)}
		<g id="one"><ellipse cx="150" cy="172" rx="172" ry="20" fill="#3a3227" opacity=".45" filter="url(#soft)"/>
			<path d="M8 30q26 18 58 6 10-8 26-4 40 58 116 70 82 10 96 40 4 20-10 24H14Q-6 120 8 30z" fill="url(#shoe)"/>
			<path d="M4 144q150 12 302 0 6 24-12 28H14q-12-6-10-28z" fill="#f8f5ee"/>
			<path d="M94 44l-24 22M118 66l-26 22M146 84l-24 22M178 98l-20 22" stroke="#fdfbf5" stroke-width="9" stroke-linecap="round"/>
			<path d="M20 70q50 22 46 70" fill="none" stroke="#f2b134" stroke-width="11"/>
			<circle cx="236" cy="122" r="4" fill="#0f3d38"/><circle cx="254" cy="128" r="4" fill="#0f3d38"/></g></defs>
	<rect width="640" height="480" fill="url(#ground)"/>
	<path d="M0 330h640" stroke="#b9ae9b" stroke-width="3"/>
	<use href="#one" transform="translate(70 120)"/>
	<use href="#one" transform="translate(230 232) scale(1.12)"/>
	${grain(0.09)}`,
);

// Run by mongosh on every `docker compose up`: forms the replica set and makes one user for each service's database.
// Whatever is there already stays as it is, except passwords, which follow the environment. Run again until it succeeds.
const hosts = ["mongo-1:27017", "mongo-2:27017", "mongo-3:27017"];
const members = hosts.map((host, index) => ({ _id: index, host, priority: index === 0 ? 2 : 1 }));

// Said here and not on mongosh's command line, which everybody on the host can read.
db.getSiblingDB("admin").auth("root", process.env.MONGO_ROOT_PASSWORD);

try {
  rs.initiate({ _id: "pavilion", members });
} catch (error) {
  if (error.codeName !== "AlreadyInitialized") throw error;
}

const deadline = Date.now() + 60000;
while (!db.hello().isWritablePrimary) {
  if (Date.now() > deadline) throw new Error("mongo-1 did not become the primary within a minute");
  sleep(200);
}

for (const service of ["catalog", "booking", "notification", "portal"]) {
  const name = `pavilion_${service}`;
  const pwd = process.env[`MONGO_PASSWORD_${service.toUpperCase()}`];
  if (!pwd) throw new Error(`there is no password for ${service}`);
  const own = db.getSiblingDB(name);
  // dbAdmin lets the service declare its own indexes and validators.
  const roles = [{ role: "readWrite", db: name }, { role: "dbAdmin", db: name }];
  if (own.getUser(service)) own.updateUser(service, { pwd, roles });
  else own.createUser({ user: service, pwd, roles });
}
print("the replica set and its users are ready");
